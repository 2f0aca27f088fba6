// PostGraphile over the schema peers (see peers.sql), on Node's own HTTP server.
import { createServer } from 'node:http';

import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

import { serve } from './serve.mjs';

// PostGraphile 5.1 is written for Node 22, which has this; Node 20 has all else that it needs.
Promise.withResolvers ??= () => {
  const resolvers = {};
  resolvers.promise = new Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
  return resolvers;
};

await serve(async () => {
  const instance = postgraphile({
    extends: [PostGraphileAmberPreset],
    pgServices: [makePgService({
      schemas: ['peers'],
      connectionString: process.env.DATABASE_URL,
      poolConfig: {
        max: Number(process.env.PEER_CONNECTIONS),
        options: '-c timezone=UTC -c jit=off -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0',
      },
    })],
    grafserv: { graphiql: false, watch: false },
    grafast: { explain: false },
  });
  const server = createServer();
  server.on('error', (error) => console.error(error));
  await instance.createServ(grafserv).addTo(server);
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server.address().port;
});
