import { z } from 'zod';

/** Protocol Buffers, as far as spans of OTLP need them (opentelemetry-proto, trace/v1/trace.proto). */
export interface OtlpSpan {
  readonly resource: Attributes;
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty without a parent. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly attributes: Attributes;
  readonly isError: boolean;
}

export type AttributeValue = string | number | boolean | readonly AttributeValue[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const ERROR_STATUS = 2;

/** The fields of one message: number → values, in order. */
type Fields = Map<number, (Buffer | bigint)[]>;

function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('a field is longer than its message');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const type = tag & 7;
    const values = fields.get(number) ?? [];
    fields.set(number, values);
    if (type === 0) values.push(varint());
    else if (type === 1) values.push(bytes(8));
    else if (type === 2) values.push(bytes(Number(varint())));
    else if (type === 5) values.push(bytes(4));
    else throw new TypeError(`wire type ${type}`);
  }
  return fields;
}

const messages = (fields: Fields, number: number): Fields[] =>
  (fields.get(number) ?? []).filter(Buffer.isBuffer).map(fieldsOf);

function bytesAt(fields: Fields, number: number): Buffer {
  const [value] = fields.get(number) ?? [];
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function intAt(fields: Fields, number: number): number {
  const [value] = fields.get(number) ?? [];
  return typeof value === 'bigint' ? Number(value) : 0;
}

const textAt = (fields: Fields, number: number) => bytesAt(fields, number).toString('utf8');

function anyValue(any: Fields): AttributeValue {
  if (any.has(1)) return textAt(any, 1);
  if (any.has(2)) return intAt(any, 2) === 1;
  if (any.has(3)) return Number(BigInt.asIntN(64, BigInt(intAt(any, 3))));
  if (any.has(4)) return bytesAt(any, 4).readDoubleLE();
  return messages(any, 5).flatMap((array) => messages(array, 1).map(anyValue));
}

function attributesOf(fields: Fields, number: number): Attributes {
  return Object.fromEntries(
    messages(fields, number).map((pair) => [
      textAt(pair, 1),
      anyValue(messages(pair, 2)[0] ?? new Map()),
    ]),
  );
}

/** Reads an ExportTraceServiceRequest in its binary form. */
export function spansOfProtobuf(body: Buffer): OtlpSpan[] {
  return messages(fieldsOf(body), 1).flatMap((ofResource) => {
    const resource = attributesOf(messages(ofResource, 1)[0] ?? new Map(), 1);
    return messages(ofResource, 2).flatMap((ofScope) => {
      const scope = textAt(messages(ofScope, 1)[0] ?? new Map(), 1);
      return messages(ofScope, 2).map((span) => ({
        resource,
        scope,
        traceId: bytesAt(span, 1).toString('hex'),
        spanId: bytesAt(span, 2).toString('hex'),
        traceState: textAt(span, 3),
        parentSpanId: bytesAt(span, 4).toString('hex'),
        name: textAt(span, 5),
        kind: KINDS[intAt(span, 6)] ?? 'unspecified',
        startNanos: bytesAt(span, 7).readBigUInt64LE(),
        endNanos: bytesAt(span, 8).readBigUInt64LE(),
        attributes: attributesOf(span, 9),
        isError: messages(span, 15).some((status) => intAt(status, 3) === ERROR_STATUS),
      }));
    });
  });
}

const jsonValue: z.ZodType<AttributeValue> = z.lazy(() =>
  z
    .object({
      stringValue: z.string(),
      boolValue: z.boolean(),
      intValue: z.coerce.number(),
      doubleValue: z.number(),
      arrayValue: z.object({ values: z.array(jsonValue) }).transform(({ values }) => values),
    })
    .partial()
    .transform(
      (any) =>
        any.stringValue ?? any.boolValue ?? any.intValue ?? any.doubleValue ?? any.arrayValue ?? [],
    ),
);

const jsonAttributes = z
  .array(z.object({ key: z.string(), value: jsonValue }))
  .default([])
  .transform(
    (pairs): Attributes => Object.fromEntries(pairs.map(({ key, value }) => [key, value])),
  );

const jsonRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: jsonAttributes }),
      scopeSpans: z.array(
        z.object({
          scope: z.object({ name: z.string() }),
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().default(''),
              traceState: z.string().default(''),
              name: z.string(),
              kind: z.int(),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
              attributes: jsonAttributes,
              status: z.object({ code: z.int().default(0) }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** Reads an ExportTraceServiceRequest in its JSON form. */
export function spansOfJson(text: string): OtlpSpan[] {
  return jsonRequest.parse(JSON.parse(text)).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ kind, startTimeUnixNano, endTimeUnixNano, status, ...span }) => ({
        ...span,
        resource: resource.attributes,
        scope: scope.name,
        kind: KINDS[kind] ?? 'unspecified',
        startNanos: BigInt(startTimeUnixNano),
        endNanos: BigInt(endTimeUnixNano),
        isError: status.code === ERROR_STATUS,
      })),
    ),
  );
}
