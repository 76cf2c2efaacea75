/** What every peer answers: the same members and, within a digit, the size of Floodgate's stock price. */
export const quote = {
  ticker: 'AAPL',
  price: 187.32,
  currency: 'USD',
  change: 0.75,
  change_percent: 0.4,
  as_of: '2026-01-01T00:00:00.000Z',
  simulated: true,
};
