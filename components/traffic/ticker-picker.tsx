import { clsx } from 'clsx';
import { useId, useState } from 'react';
import { isTicker, TICKER_RULE, TICKERS } from './ticker';

interface TickerPickerProps {
  readonly ticker: string;
  readonly onTicker: (ticker: string) => void;
}

/** Choice of the stock asked for: a few at a click, any other by typing. */
export function TickerPicker({ ticker, onTicker }: TickerPickerProps) {
  const [other, setOther] = useState('');
  const ruleId = useId();
  const isBad = other !== '' && !isTicker(other);

  function onOther(text: string) {
    setOther(text);
    if (isTicker(text)) onTicker(text.toUpperCase());
  }

  return (
    <fieldset className="relative flex items-center">
      <legend className="sr-only">Ticker</legend>
      <div className="flex rounded-lg bg-raised p-1">
        {TICKERS.map((name) => (
          <label
            key={name}
            className={clsx(
              'flex h-9 items-center rounded-md px-1.5 font-mono text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent-text min-[22rem]:px-2 sm:px-2.5',
              name === ticker ? 'bg-panel text-ink shadow-sm' : 'text-ink-soft hover:text-ink',
            )}
          >
            <input
              type="radio"
              name="ticker"
              value={name}
              checked={name === ticker}
              onChange={() => {
                setOther('');
                onTicker(name);
              }}
              className="sr-only"
            />
            {name}
          </label>
        ))}
        <input
          aria-label="Other ticker"
          aria-invalid={isBad}
          aria-describedby={isBad ? ruleId : undefined}
          placeholder="Other"
          value={other}
          onChange={({ target }) => onOther(target.value)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          className={clsx(
            'h-9 w-16 rounded-md px-2 font-mono text-sm placeholder:text-ink-faint sm:w-24',
            other === '' ? 'bg-transparent' : 'bg-panel shadow-sm',
            isBad && 'text-denied-text',
          )}
        />
      </div>
      <p
        id={ruleId}
        role="alert"
        className="absolute top-full right-0 mt-1 whitespace-nowrap text-denied-text text-sm"
      >
        {isBad && `Use ${TICKER_RULE}`}
      </p>
    </fieldset>
  );
}
