import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { StillroomError } from '#server/errors.ts';

/** Largest request body: a full context of text with room to spare, far below what would block the event loop. */
export const bodyLimitBytes = 4 * 1024 * 1024;

/** Any thrown thing as an error of the catalogue; what is not known becomes `internal` and its text stays in the log. */
export function toStillroomError(error: FastifyError | Error): StillroomError {
  if (error instanceof StillroomError) return error;
  const code = (error as FastifyError).code;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new StillroomError('invalid_json', 'The body is not valid JSON. Check it and send it again.');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new StillroomError(
        'payload_too_large',
        `The body is larger than the ${bodyLimitBytes / 1024 / 1024} MiB this server accepts. Shorten the messages.`,
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new StillroomError(
        'unsupported_media_type',
        'The body must be JSON: send it with the header "content-type: application/json".',
      );
  }
  const status = (error as FastifyError).statusCode;
  if (error instanceof SyntaxError && status === 400) {
    return new StillroomError('invalid_json', 'The body is not valid JSON. Check it and send it again.');
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new StillroomError('invalid_request', 'The request is malformed. Check it and send it again.');
  }
  return new StillroomError(
    'internal',
    'Something went wrong inside Stillroom; the log of the server has the details.',
    { cause: error },
  );
}

/** An error handler for one scope: the error of the catalogue, its headers, and the envelope of the scope's dialect. */
export function errorReply(toBody: (error: StillroomError) => object) {
  return (error: Error, request: FastifyRequest, reply: FastifyReply) => {
    const known = toStillroomError(error);
    if (known.code === 'internal') request.log.error({ err: error }, 'request failed');
    if (known.retryAfter !== null) reply.header('retry-after', known.retryAfter);
    return reply.code(known.status).send(toBody(known));
  };
}

/** The envelope of everything that is not an API dialect. */
export function plainErrorBody({ code, message }: StillroomError) {
  return { error: { code, message } };
}
