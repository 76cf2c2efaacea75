CREATE TABLE "floodgate"."policies" (
	"name" text PRIMARY KEY NOT NULL,
	"definition" jsonb NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."tiers" (
	"name" text PRIMARY KEY NOT NULL,
	"definition" jsonb NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."clients" (
	"name" text PRIMARY KEY NOT NULL,
	"definition" jsonb NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."keys" (
	"id" text PRIMARY KEY NOT NULL,
	"definition" jsonb NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."routes" (
	"name" text PRIMARY KEY NOT NULL,
	"definition" jsonb NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."upstreams" (
	"name" text PRIMARY KEY NOT NULL,
	"definition" jsonb NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."versions" (
	"version" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"author" text NOT NULL,
	"comment" text NOT NULL,
	"changes" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."key_uses" (
	"id" text PRIMARY KEY NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "floodgate"."settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
