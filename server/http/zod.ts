import type { FastifySchemaCompiler, FastifyTypeProvider } from 'fastify';
import type { z } from 'zod';
import { StillroomError } from '#server/errors.ts';

/** Lets routes declare `schema: { body: aZodType }` and get the parsed type in the handler. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
}

export const zodValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (value) => {
    const result = schema.safeParse(value);
    return result.success ? { value: result.data } : { error: invalidRequest(result.error) };
  };

/** The first problem as one sentence that names the field. */
export function invalidRequest(error: z.ZodError): StillroomError {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const name = [path, issue.keys[0]].filter(Boolean).join('.');
    return new StillroomError(
      'unsupported_parameter',
      `The parameter "${name}" is not supported here. Leave it out.`,
      { param: name },
    );
  }
  if (issue?.code === 'custom' && issue.params?.unsupported !== undefined) {
    return new StillroomError('unsupported_parameter', `${issue.message}. Leave it out.`, { param: path });
  }
  const where = path === '' ? 'The request' : `The field "${path}"`;
  return new StillroomError(
    'invalid_request',
    `${where} can't be used: ${issue?.message ?? 'wrong type'}. Correct it and send the request again.`,
    {
      param: path,
    },
  );
}
