import { OpenAPIHono } from "@hono/zod-openapi";
import type { Operation } from "./operation.ts";
import { redirectRoutes } from "./redirect-routes.ts";

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const introduction =
  "Users, short links, redirects and events. Errors are RFC 9457 problems whose `type` leads to their description. " +
  "Times are UTC without a zone; `?time=rfc3339` adds fraction and Z. Every route that answers GET answers HEAD.";

/** Writes the OpenAPI 3.1 document from the schemas that also check the requests. */
export function createDocument(operations: readonly Operation[], version: string): OpenApiDocument {
  const app = new OpenAPIHono();
  for (const operation of operations) if (operation.isDocumented) app.openAPIRegistry.registerPath(operation.route);
  for (const route of redirectRoutes) app.openAPIRegistry.registerPath(route);
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "Needed unless the service listens on loopback, or with AUTH=on.",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "SREnity link service", version, description: introduction, license: { name: "MIT" } },
  });
}
