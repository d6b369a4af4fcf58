import { openLabelLimit, otherLabelValue, type Family, type Histogram } from "./instrument.ts";
import { countedMethods } from "./metric-catalogue.ts";

export interface RequestDurations {
  /** Makes the series of a route at start, so that its first error is an increase and not a new series. */
  declare(method: string, route: string): void;
  observe(method: string, route: string, status: number, durationS: number): void;
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
 * A route or method seen for the first time gets all its status classes at once.
 */
export function createRequestDurations(family: Family<Histogram>): RequestDurations {
  const methods: ReadonlySet<string> = new Set(countedMethods);
  const byRoute = new Map<string, ByMethod>();
  const otherRoutes: ByMethod = new Map();

  const admitRoute = (route: string): ByMethod => {
    if (byRoute.size >= openLabelLimit) return otherRoutes;
    const byMethod: ByMethod = new Map();
    byRoute.set(route, byMethod);
    return byMethod;
  };

  const admitMethod = (byMethod: ByMethod, route: string, method: string): ByStatusClass => {
    const name = byMethod === otherRoutes ? otherLabelValue : route;
    const made = {
      success: family.child(method, name, "2xx"),
      redirection: family.child(method, name, "3xx"),
      clientError: family.child(method, name, "4xx"),
      serverError: family.child(method, name, "5xx"),
    };
    byMethod.set(method, made);
    return made;
  };

  const classesOf = (method: string, route: string): ByStatusClass => {
    const counted = methods.has(method) ? method : "other";
    const byMethod = byRoute.get(route) ?? admitRoute(route);
    return byMethod.get(counted) ?? admitMethod(byMethod, route, counted);
  };

  return {
    declare: (method, route) => void classesOf(method, route),
    observe: (method, route, status, durationS) => pick(classesOf(method, route), status).observe(durationS),
  };
}

function pick(classes: ByStatusClass, status: number): Histogram {
  if (status >= 500) return classes.serverError;
  if (status >= 400) return classes.clientError;
  return status >= 300 ? classes.redirection : classes.success;
}
