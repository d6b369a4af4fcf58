import { openLabelLimit, otherLabelValue, type Family, type Histogram } from "./instrument.ts";
import { countedMethods } from "./metric-catalogue.ts";

export interface RequestDurations {
  /**
   * Makes the series of a route and method at start, so that its first error is an increase and not a new series. HEAD counts as
   * GET on a route that declares only that; whatever else a declared route is asked counts as method and route `other`.
   */
  declare(method: string, route: string): void;
  /** Where a request counts. */
  histogramOf(method: string, route: string, status: number): Histogram;
}

interface ByStatusClass {
  success: Histogram;
  redirection: Histogram;
  clientError: Histogram;
  serverError: Histogram;
}

type ByMethod = Map<string, ByStatusClass>;

/**
 * Finds the histogram of a request without building a key: route → method → status class.
 * A route or method seen for the first time gets all its status classes at once; routes that were declared get no new series.
 */
export function createRequestDurations(family: Family<Histogram>): RequestDurations {
  const methods: ReadonlySet<string> = new Set(countedMethods);
  const byRoute = new Map<string, ByMethod>();
  const otherRoutes: ByMethod = new Map();
  const declared = new Set<ByMethod>();

  const admitRoute = (route: string): ByMethod => {
    if (byRoute.size >= openLabelLimit) return otherRoutes;
    const byMethod: ByMethod = new Map();
    byRoute.set(route, byMethod);
    return byMethod;
  };

  const makeClasses = (method: string, route: string): ByStatusClass => ({
    success: family.child(method, route, "2xx"),
    redirection: family.child(method, route, "3xx"),
    clientError: family.child(method, route, "4xx"),
    serverError: family.child(method, route, "5xx"),
  });

  const admitMethod = (byMethod: ByMethod, route: string, method: string): ByStatusClass => {
    let made: ByStatusClass;
    if (declared.has(byMethod)) made = (method === "HEAD" ? byMethod.get("GET") : undefined) ?? makeClasses(otherLabelValue, otherLabelValue);
    else made = makeClasses(method, byMethod === otherRoutes ? otherLabelValue : route);
    byMethod.set(method, made);
    return made;
  };

  return {
    declare(method, route) {
      const byMethod = byRoute.get(route) ?? admitRoute(route);
      declared.add(byMethod);
      byMethod.set(method, makeClasses(method, route));
      makeClasses(otherLabelValue, otherLabelValue);
    },
    histogramOf(method, route, status) {
      const counted = methods.has(method) ? method : otherLabelValue;
      const byMethod = byRoute.get(route) ?? admitRoute(route);
      return pick(byMethod.get(counted) ?? admitMethod(byMethod, route, counted), status);
    },
  };
}

function pick(classes: ByStatusClass, status: number): Histogram {
  if (status >= 500) return classes.serverError;
  if (status >= 400) return classes.clientError;
  return status >= 300 ? classes.redirection : classes.success;
}
