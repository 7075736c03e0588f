import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

/** `GET api/health`: the server is there, and which version it is. */
export const health: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  app.get(
    '/api/health',
    {
      schema: {
        summary: 'Tell that the server lives',
        tags: ['health'],
        response: { 200: Type.Object({ status: Type.Literal('ok'), version: Type.String() }) }
      }
    },
    () => ({ status: 'ok' as const, version })
  );
};
