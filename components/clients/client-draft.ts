/** A client as the form holds it. */
export interface ClientDraft {
  readonly name: string;
  readonly description: string;
  readonly tier?: string | undefined;
  readonly user?: string | undefined;
  readonly enabled: boolean;
}

export const BLANK_CLIENT: ClientDraft = { name: '', description: '', enabled: true };
