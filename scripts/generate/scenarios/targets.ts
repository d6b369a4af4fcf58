/** Labels that Prometheus gives to what it scrapes of each target. */
export const targets = {
  linkService: { job: "link-service", instance: "127.0.0.1:8080" },
  prometheus: { job: "prometheus", instance: "127.0.0.1:9090" },
  alertmanager: { job: "alertmanager", instance: "127.0.0.1:9093" },
} as const;
