// Serves permits/push and permits/check on the tables of a Lotkeeper database; README.md says how.
//   node server.mjs --database URL [--workers N] [--connections N]
import cluster from 'node:cluster';
import { parseArgs } from 'node:util';
import { service } from './service.mjs';

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    workers: { type: 'string', default: '1' },
    connections: { type: 'string', default: '20' },
  },
});
const [workers, connections] = [Number(values.workers), Number(values.connections)];
if (!values.database || !(workers >= 1) || !(connections >= workers)) {
  console.error('server.mjs: give --database URL, and --connections of at least --workers');
  process.exit(2);
}

// Counters of its own for each connection, as each of Lotkeeper's writers has; far above theirs.
const firstCounter = 1_000_000;

async function serve(worker) {
  const share = Math.floor(connections / workers);
  const app = service({
    database: values.database,
    connections: share,
    firstCounter: firstCounter + worker * share,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app.server.address().port;
}

const announce = (port) => process.stdout.write(`listening on http://127.0.0.1:${port}\n`);

if (workers === 1) {
  announce(await serve(0));
} else if (cluster.isPrimary) {
  let port;
  let listening = 0;
  for (let number = 0; number < workers; ++number) cluster.fork({ PEER_WORKER: number });
  // Of a cluster, workers that ask for port 0 get one port in common.
  cluster.on('listening', (_, address) => {
    port ??= address.port;
    if (++listening === workers) announce(port);
  });
  cluster.on('exit', () => process.exit(1));
} else {
  await serve(Number(process.env.PEER_WORKER));
}
process.on('SIGTERM', () => process.exit(0));
