/** Stands where the report will be, as high as it. */
export function OverviewSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <div className="grid grid-cols-2 gap-x-6 gap-y-5 border-line border-t py-5 sm:grid-cols-4 xl:grid-cols-8">
        {['now', 'allowed', 'denied', 'errors', 'success', 'p50', 'p95', 'p99'].map((figure) => (
          <div key={figure} className="flex h-17 flex-col justify-between py-1">
            <Bar className="w-16" />
            <Bar className="h-5 w-20" />
            <Bar className="w-24" />
          </div>
        ))}
      </div>
      <div className="border-line border-t py-5">
        <Bar className="my-1.5 mb-3.5 w-40" />
        <div className="h-60 rounded-lg bg-raised" />
      </div>
      <div className="border-line border-t py-5">
        <Bar className="my-1.5 mb-3.5 w-40" />
        <div className="h-44 rounded-lg bg-raised" />
      </div>
    </div>
  );
}

function Bar({ className }: { className: string }) {
  return <div className={`h-3 rounded-full bg-raised ${className}`} />;
}
