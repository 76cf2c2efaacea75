// A worker that says what its test wants, and hands on what its supervisor tells it.
let last;

process.on('message', (message) => {
  if (message.say !== undefined) {
    if (message.say.kind === 'metrics') last = message.say;
    process.send(message.say);
    process.send({ said: true });
  } else if (message.kind === 'tell-metrics') process.send(last);
  else process.send({ heard: message });
});

process.send({ listens: true });
