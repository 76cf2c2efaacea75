import express from 'express';
import { refusedFor } from './policy';

const app = express();
app.use(async (request, response, next) => {
  const seconds = await refusedFor(request.ip);
  return seconds === undefined ? next() : response.set('Retry-After', seconds).sendStatus(429);
});
app.get('/', (_request, response) => response.send('hello'));
app.listen(process.env.PORT ?? 8080);
