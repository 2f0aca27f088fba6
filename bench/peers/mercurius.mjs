// Mercurius on Fastify, with its loaders and its just-in-time compiler.
import Fastify from 'fastify';
import mercurius from 'mercurius';

import * as rows from './rows.mjs';
import { Query, typeDefs } from './schema.mjs';
import { serve } from './serve.mjs';

// All places of one batch have the same arguments: they come from one field of the document.
const first = (places) => places[0].params.first;
const ids = (places) => places.map((place) => place.obj.id);
const nodes = (lists) => lists.map((list) => ({ nodes: list }));

const loaders = {
  Equipment: {
    assignedOperator: async (places) => {
      const wanted = [...new Set(places.map((place) => place.obj.operator_id).filter(Boolean))];
      const found = new Map((await rows.operators(wanted)).map((operator, n) => [wanted[n], operator]));
      return places.map((place) => found.get(place.obj.operator_id) ?? null);
    },
    maintenanceRecords: async (places) => nodes(await rows.recordsOf(ids(places), first(places))),
    latestMaintenance: async (places) => rows.latestOf(ids(places)),
  },
  Operator: {
    assignedEquipment: async (places) => nodes(await rows.machinesOf(ids(places), first(places))),
  },
};

await serve(async () => {
  const app = Fastify();
  app.register(mercurius, { schema: typeDefs, resolvers: { Query }, loaders, jit: 1 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
});
