// Apollo Server with a DataLoader for each edge of each request, as its documents advise.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';

import * as rows from './rows.mjs';
import { Query, typeDefs } from './schema.mjs';
import { serve } from './serve.mjs';

// loaders of lists: a loader for each number of rows.
const lists = (load) => {
  const byFirst = new Map();
  return (id, first) => {
    if (!byFirst.has(first)) byFirst.set(first, new DataLoader((ids) => load(ids, first)));
    return byFirst.get(first).load(id);
  };
};

const context = async () => ({
  operator: new DataLoader(rows.operators),
  latest: new DataLoader(rows.latestOf),
  machines: lists(rows.machinesOf),
  records: lists(rows.recordsOf),
});

const resolvers = {
  Query,
  Equipment: {
    assignedOperator: (e, _, loaders) => (e.operator_id ? loaders.operator.load(e.operator_id) : null),
    maintenanceRecords: async (e, { first }, loaders) => ({ nodes: await loaders.records(e.id, first) }),
    latestMaintenance: (e, _, loaders) => loaders.latest.load(e.id),
  },
  Operator: {
    assignedEquipment: async (o, { first }, loaders) => ({ nodes: await loaders.machines(o.id, first) }),
  },
};

await serve(async () => {
  const server = new ApolloServer({ typeDefs, resolvers, introspection: false });
  const { url } = await startStandaloneServer(server, { context, listen: { port: 0, host: '127.0.0.1' } });
  return new URL(url).port;
});
