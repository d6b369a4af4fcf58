// Fastify's bare redirect: no log, no store, no metrics. The port is the first argument.
import fastify from "fastify";

const server = fastify();
server.get("/", (_request, reply) => reply.send("up"));
server.get("/:code", (_request, reply) => reply.redirect("https://example.com/a/path/of/usual/length/0000001", 302));

await server.listen({ host: "127.0.0.1", port: Number(process.argv[2]) });
