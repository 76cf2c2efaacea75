import { Choice } from '@/components/ui/choice';
import { RANGES, type View } from './view';

interface RangeChoiceProps {
  readonly view: View;
  readonly onShow: (view: View) => void;
}

const OPTIONS = RANGES.map(({ value, words }) => ({
  value,
  label: (
    <>
      <span className="max-sm:hidden">{words}</span>
      <span className="sm:hidden">{value}</span>
    </>
  ),
}));

/** Which time is looked at; none of these while it is one that was brushed. */
export function RangeChoice({ view, onShow }: RangeChoiceProps) {
  return (
    <Choice<View['range'] | 'brushed'>
      legend="Time range"
      isLegendHidden
      shape="row"
      options={OPTIONS}
      value={view.span === undefined ? view.range : 'brushed'}
      onChange={(range) => {
        if (range !== 'brushed') onShow({ ...view, range, span: undefined });
      }}
    />
  );
}
