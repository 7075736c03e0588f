import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { forEveryone } from './access';

/** `GET api/health`: the server lives, is ready to run, and which version it is. It tells nothing about automations. */
export const health: FastifyPluginAsyncTypebox<{ version: string; isReady(): boolean }> = async (
  app,
  { version, isReady }
) => {
  app.get(
    '/api/health',
    {
      config: { access: forEveryone },
      schema: {
        summary: 'Tell that the server lives, and whether it is ready',
        tags: ['health'],
        response: {
          200: Type.Object({
            status: Type.Literal('ok'),
            live: Type.Literal(true),
            ready: Type.Boolean(),
            version: Type.String()
          })
        }
      }
    },
    () => ({ status: 'ok' as const, live: true as const, ready: isReady(), version })
  );
};
