/** Stands where an upstream's panel will be. */
export function PanelSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="border-line border-t py-6">
      <div className="flex h-13 justify-between">
        <Bar className="w-32" />
        <div className="h-11 w-56 rounded-lg bg-raised" />
      </div>
      <div className="mt-5 grid gap-x-12 gap-y-6 xl:grid-cols-[17rem_minmax(0,1fr)]">
        <div className="flex h-44 flex-col gap-6">
          <Bar className="w-40" />
          <Bar className="w-full" />
          <Bar className="w-full" />
          <Bar className="w-48" />
        </div>
        <div>
          {['one', 'two', 'three', 'four'].map((row) => (
            <div key={row} className="flex h-13 items-center gap-8 border-line border-t">
              <Bar className="w-48" />
              <Bar className="w-24" />
              <Bar className="flex-1 max-sm:hidden" />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Bar({ className }: { className: string }) {
  return <div className={`h-3 rounded-full bg-raised ${className}`} />;
}
