// Runs a server on each core, as the documents of all three advise for production, behind one port that it prints.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';

/** listen starts a server on a port that the system chooses and returns that port. */
export async function serve(listen) {
  if (cluster.isWorker) {
    process.send(await listen());
    return;
  }
  const cores = availableParallelism();
  process.env.PEER_CONNECTIONS = String(Math.ceil(64 / cores));
  let ready = 0;
  for (let n = 0; n < cores; n++) {
    cluster.fork().on('message', (port) => {
      ready += 1;
      if (ready === cores) console.log(`http://127.0.0.1:${port}/graphql`);
    });
  }
  cluster.on('exit', () => process.exit(1)); // none of them is to end
  process.on('SIGTERM', () => {
    cluster.removeAllListeners('exit');
    for (const worker of Object.values(cluster.workers)) worker.kill('SIGKILL');
    process.exit(0);
  });
}
