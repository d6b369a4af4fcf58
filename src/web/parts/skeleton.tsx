const widths = ["w-3/4", "w-1/2", "w-2/3", "w-5/6"];

/** Grey lines in the place of text that is on its way. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div role="status" class="skeleton-rows">
      <span class="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class={`skeleton h-4 ${widths[index % widths.length]}`} />
      ))}
    </div>
  );
}
