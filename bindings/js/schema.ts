// SPDX-License-Identifier: MIT
// The schema: collections and their fields, written once in TypeScript; record types are inferred from it.

/** How concurrent values of any field can be merged: docs/conflicts.md says what each is for. */
export type PlainPolicy = 'last_writer' | 'write_once' | 'server_wins' | 'manual' | 'custom';
/** Of numbers, the greatest or the smallest can stand, too. */
export type NumberPolicy = PlainPolicy | 'max' | 'min';
export type MergePolicy = NumberPolicy | 'counter' | 'lattice';

export type FieldType = 'text' | 'integer' | 'number' | 'boolean' | 'json';

export interface Field<Value> {
  readonly type: FieldType;
  readonly merge: MergePolicy;
  readonly required: boolean;
  /** Of a lattice, lowest first. */
  readonly states?: readonly string[];
  /** Exists only in the type system. */
  readonly value?: Value;
}

/** `merge` is 'last_writer' when absent. */
interface FieldOptions<Policy> {
  merge?: Policy;
}

interface FieldMaker<Value, Policy> {
  (options?: FieldOptions<Policy>): Field<Value> & { readonly required: true };
  /** The field may be absent or null. */
  optional(options?: FieldOptions<Policy>): Field<Value | null> & { readonly required: false };
}

function maker<Value, Policy extends MergePolicy = PlainPolicy>(type: FieldType): FieldMaker<Value, Policy> {
  const make = <Required extends boolean>(required: Required, options?: FieldOptions<Policy>) => ({
    type,
    merge: options?.merge ?? ('last_writer' as const),
    required,
  });
  return Object.assign((options?: FieldOptions<Policy>) => make(true, options), {
    optional: (options?: FieldOptions<Policy>) => make(false, options),
  });
}

export const text = maker<string>('text');
/** A whole number within ±(2^53 − 1). Money is whole units of the currency. */
export const integer = maker<number, NumberPolicy>('integer');
export const number = maker<number, NumberPolicy>('number');
export const boolean = maker<boolean>('boolean');
/** Any JSON value, kept and merged as a whole. */
export const json = maker<unknown>('json');
/** A text that only moves up through these states, lowest first: the highest that anybody wrote stands. */
export const lattice = <const State extends string>(
  states: readonly State[],
): Field<State> & { readonly required: true } => ({ type: 'text', merge: 'lattice', required: true, states });
/** A whole number that moves only by increments, so that concurrent changes add up. */
export const counter = (): Field<number> & { readonly required: true } => ({
  type: 'integer',
  merge: 'counter',
  required: true,
});

export interface CollectionDefinition {
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** Text fields that `search` looks in. */
  readonly search?: readonly string[];
  /** Lists of fields: a query that names the first ones, or sorts by them, reads only what it gives. */
  readonly indexes?: readonly (readonly string[])[];
  /** Larger than memory: its records are read when they are needed, and may leave memory again. */
  readonly paged?: boolean;
}

export interface AnySchema {
  /** Raised with every change of the collections. */
  readonly version: number;
  readonly collections: Readonly<Record<string, CollectionDefinition>>;
}

export type CollectionName<Schema extends AnySchema> = keyof Schema['collections'] & string;

type FieldsOf<Schema extends AnySchema, Name extends CollectionName<Schema>> = Schema['collections'][Name]['fields'];

type ValueOf<F> = F extends Field<infer Value> ? Value : never;

type RequiredNames<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly required: true } ? Name : never;
}[keyof Fields];

/** The fields of a collection as values, without the id. */
export type FieldValues<Schema extends AnySchema, Name extends CollectionName<Schema>> = {
  -readonly [F in RequiredNames<FieldsOf<Schema, Name>>]: ValueOf<FieldsOf<Schema, Name>[F]>;
} & {
  -readonly [F in Exclude<keyof FieldsOf<Schema, Name>, RequiredNames<FieldsOf<Schema, Name>>>]?: ValueOf<
    FieldsOf<Schema, Name>[F]
  >;
};

/** A record as the app reads it. */
export type RecordOf<Schema extends AnySchema, Name extends CollectionName<Schema>> = { id: string } & FieldValues<
  Schema,
  Name
>;

/** Declares a schema and keeps its exact type. Checked by the engine when a database is opened. */
export function defineSchema<const Schema extends AnySchema>(schema: Schema): Schema {
  return schema;
}
