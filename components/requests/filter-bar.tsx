import type { Collection, Policy } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/inputs';
import { Kbd } from '@/components/ui/kbd';
import { SearchField } from '@/components/ui/search-field';
import type { Route } from '@/lib/policy';
import { NONE, VERDICTS } from './decision';
import { isFiltering, LONGEST_SEARCH, NO_FILTER, type RequestFilter } from './request-filter';

interface FilterBarProps {
  readonly filter: RequestFilter;
  /** As it is typed. */
  readonly search: string;
  /** Routes and policies that requests on the page have had. */
  readonly seen: { readonly routes: readonly string[]; readonly policies: readonly string[] };
  readonly onSearch: (text: string) => void;
  readonly onChange: (patch: Partial<RequestFilter>) => void;
}

/** Which requests are shown. */
export function FilterBar({ filter, search, seen, onSearch, onChange }: FilterBarProps) {
  const { data: policies } = useAdmin<Collection<Policy>>(PATHS.policies);
  const { data: routes } = useAdmin<Collection<Route>>('/routes');
  return (
    <search className="mb-4 grid gap-3 max-sm:grid-cols-2 sm:flex sm:flex-wrap sm:items-center [&>:first-child]:max-sm:col-span-2">
      <SearchField
        label="Request id or identity"
        value={search}
        onChange={(text) => onSearch(text.slice(0, LONGEST_SEARCH))}
      />
      <Filter
        label="Verdict"
        any="Any verdict"
        value={filter.verdict}
        options={VERDICTS}
        onChange={(verdict) => onChange({ verdict })}
      />
      <Filter
        label="Route"
        any="Any route"
        value={filter.route}
        options={names(routes?.items, seen.routes)}
        onChange={(route) => onChange({ route })}
      />
      <Filter
        label="Policy"
        any="Any policy"
        value={filter.policy}
        options={names(policies?.items, seen.policies)}
        onChange={(policy) => onChange({ policy })}
      />
      {isFiltering(filter) && (
        <Button variant="quiet" onClick={() => onChange(NO_FILTER)}>
          Clear
        </Button>
      )}
      <p className="ml-auto flex items-center gap-1.5 text-ink-faint text-sm pointer-coarse:hidden max-xl:hidden">
        <Kbd>J</Kbd>
        <Kbd>K</Kbd>
        <span className="sr-only">The keys j and k</span> move,
        <Kbd>⏎</Kbd>
        <span className="sr-only">Enter</span> opens
      </p>
    </search>
  );
}

interface FilterProps {
  readonly label: string;
  /** What stands for no filter. */
  readonly any: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}

function Filter({ label, any, value, options, onChange }: FilterProps) {
  const known = value === '' || options.includes(value) ? options : [value, ...options];
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={onChange}
      className="h-11 text-ellipsis sm:w-40"
    >
      <option value="">{any}</option>
      {known.map((option) => (
        <option key={option} value={option}>
          {option === NONE ? 'none' : option}
        </option>
      ))}
    </Select>
  );
}

function names(
  configured: readonly { readonly name: string }[] = [],
  seen: readonly string[],
): readonly string[] {
  return [...new Set([...configured.map(({ name }) => name), ...seen])].toSorted();
}
