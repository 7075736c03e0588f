import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { IPackagesResource } from '../../core/api';
import type { Services } from '../services';
import { forOwner } from './access';
import { AutomationParams } from './schemas';
import { loadedOf } from './subjects';

/** `api/automations/{id}/packages`: what an automation lacks on this machine, installing it, and stopping that. */
export const packages: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services: { installations } }
) => {
  const tags = ['automations'];
  const config = { access: forOwner };
  const url = '/api/automations/:automation/packages';
  const params = AutomationParams;

  app.get(
    url,
    {
      config,
      schema: {
        summary: 'Declared packages that are missing, and their installation',
        tags,
        params
      }
    },
    (request): Promise<IPackagesResource> => installations.resource(loadedOf(request))
  );

  app.post(
    `${url}/install`,
    {
      config,
      schema: {
        summary: 'Install what is missing',
        description:
          'Changes this machine: pip installs into the environment of the kernels, npm into the folder of the automation. The topic `packages:<id>` tells how far it is.',
        tags,
        params
      }
    },
    async (request, reply): Promise<IPackagesResource> => {
      const loaded = loadedOf(request);
      await installations.start(loaded);
      reply.code(202);
      return installations.resource(loaded);
    }
  );

  app.post(
    `${url}/stop`,
    { config, schema: { summary: 'End the installation', tags, params } },
    async (request): Promise<IPackagesResource> => {
      const loaded = loadedOf(request);
      await installations.stop(loaded.id);
      return installations.resource(loaded);
    }
  );
};
