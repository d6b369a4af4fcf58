import { isFiring, isSilent, type Scenario } from "./scenario.ts";
import { countsEvery, grows, holds, isGone, signal, type Signal, type Stretch } from "./signal.ts";
import { targets } from "./targets.ts";

const minuteS = 60;

const { prometheus, alertmanager } = targets;
const ofPrometheus = { job: "prometheus" };
const ofAlertmanager = { job: "alertmanager" };

const mailRefusals = (...stretches: Stretch[]): Signal =>
  signal("alertmanager_notification_requests_failed_total", { ...alertmanager, integration: "email" }, ...stretches);
const alertmanagerUp = (...stretches: Stretch[]): Signal => signal("up", alertmanager, ...stretches);
const alertmanagerReload = (...stretches: Stretch[]): Signal => signal("alertmanager_config_last_reload_successful", alertmanager, ...stretches);
const prometheusReload = (...stretches: Stretch[]): Signal => signal("prometheus_config_last_reload_successful", prometheus, ...stretches);
const ruleFailures = (...stretches: Stretch[]): Signal =>
  signal("prometheus_rule_evaluation_failures_total", { ...prometheus, rule_group: "rules.yml;service" }, ...stretches);
const deliveryErrors = (...stretches: Stretch[]): Signal =>
  signal("prometheus_notifications_errors_total", { ...prometheus, alertmanager: "http://127.0.0.1:9093/api/v2/alerts" }, ...stretches);
const alertmanagersKnown = (...stretches: Stretch[]): Signal => signal("prometheus_notifications_alertmanagers_discovered", prometheus, ...stretches);

const watchdog = "Watchdog/heartbeat";
const mail = "MailFailing/page";
const alertmanagerDown = "AlertmanagerDown/page";
const alertmanagerConfig = "AlertmanagerConfigStale/ticket";
const prometheusConfig = "PrometheusConfigStale/ticket";
const ruleFailing = "PrometheusRuleFailing/page";
const delivery = "AlertDeliveryFailing/page";

/** A reload that is refused, until it is mended. */
const refusedFor = (lastsS: number): Stretch[] => [holds(1, minuteS), holds(0, lastsS), holds(1)];
/** One event in the second minute. */
const once: Stretch[] = [holds(0, 2 * minuteS), holds(1)];

/** The alerting itself: Prometheus, Alertmanager and the way to people. */
export const monitoringScenarios: readonly Scenario[] = [
  {
    name: "All is well: only the heartbeat fires",
    lastsS: 10 * minuteS,
    signals: [
      mailRefusals(holds(0)),
      alertmanagerReload(holds(1)),
      prometheusReload(holds(1)),
      ruleFailures(holds(0)),
      deliveryErrors(holds(0)),
      alertmanagersKnown(holds(1)),
    ],
    fires: [watchdog],
    nearMissOf: [mail, alertmanagerDown, alertmanagerConfig, prometheusConfig, ruleFailing, delivery],
    moments: [isFiring(minuteS, watchdog, "1", ofPrometheus), isFiring(10 * minuteS, watchdog, "1", ofPrometheus)],
  },
  { name: "Prometheus is not told to scrape itself", lastsS: 5 * minuteS, signals: [signal("up", prometheus, isGone())], fires: [], nearMissOf: [watchdog] },
  {
    name: "Prometheus cannot scrape itself: the heartbeat goes on",
    lastsS: 5 * minuteS,
    signals: [signal("up", prometheus, holds(0))],
    fires: [watchdog],
    moments: [isFiring(5 * minuteS, watchdog, "0", ofPrometheus)],
  },
  {
    name: "One mail is refused",
    lastsS: 15 * minuteS,
    signals: [mailRefusals(...once)],
    fires: [mail],
    moments: [isSilent(minuteS + 45, mail), isFiring(2 * minuteS + 15, mail, "1", ofAlertmanager), isSilent(13 * minuteS, mail)],
  },
  {
    name: "Three mails had been refused before Alertmanager restarted",
    lastsS: 5 * minuteS,
    signals: [mailRefusals(holds(3, 2 * minuteS), holds(0))],
    fires: [],
    nearMissOf: [mail],
  },
  {
    name: "Alertmanager is away for two minutes",
    lastsS: 5 * minuteS,
    signals: [alertmanagerUp(holds(1, minuteS), holds(0, 2 * minuteS), holds(1))],
    fires: [alertmanagerDown],
    moments: [
      isSilent(minuteS + 45, alertmanagerDown),
      isFiring(2 * minuteS + 15, alertmanagerDown, "0", ofAlertmanager),
      isSilent(3 * minuteS, alertmanagerDown),
    ],
  },
  {
    name: "Alertmanager is not known to Prometheus",
    lastsS: 2 * minuteS,
    signals: [alertmanagerUp(isGone())],
    fires: [alertmanagerDown],
    moments: [isFiring(2 * minuteS, alertmanagerDown, "0", ofAlertmanager)],
  },
  {
    name: "Alertmanager is restarted within 50 seconds",
    lastsS: 5 * minuteS,
    signals: [alertmanagerUp(holds(1, minuteS), holds(0, 50), holds(1))],
    fires: [],
    nearMissOf: [alertmanagerDown],
  },
  {
    name: "Alertmanager refuses its configuration for seven minutes",
    lastsS: 10 * minuteS,
    signals: [alertmanagerReload(...refusedFor(7 * minuteS))],
    fires: [alertmanagerConfig],
    moments: [isSilent(5 * minuteS + 45, alertmanagerConfig), isFiring(7 * minuteS, alertmanagerConfig, "0", ofAlertmanager)],
  },
  {
    name: "Alertmanager refuses its configuration for four minutes",
    lastsS: 10 * minuteS,
    signals: [alertmanagerReload(...refusedFor(4 * minuteS))],
    fires: [],
    nearMissOf: [alertmanagerConfig],
  },
  {
    name: "Prometheus refuses its configuration for seven minutes",
    lastsS: 10 * minuteS,
    signals: [prometheusReload(...refusedFor(7 * minuteS))],
    fires: [prometheusConfig],
    moments: [isSilent(5 * minuteS + 45, prometheusConfig), isFiring(7 * minuteS, prometheusConfig, "0", ofPrometheus)],
  },
  {
    name: "Prometheus refuses its configuration for four minutes",
    lastsS: 10 * minuteS,
    signals: [prometheusReload(...refusedFor(4 * minuteS))],
    fires: [],
    nearMissOf: [prometheusConfig],
  },
  {
    name: "A rule fails at every evaluation",
    lastsS: 10 * minuteS,
    signals: [ruleFailures(grows(0, minuteS), grows(0.2))],
    fires: [ruleFailing],
    moments: [isSilent(6 * minuteS, ruleFailing), isFiring(8 * minuteS, ruleFailing, "60", ofPrometheus)],
  },
  {
    name: "A rule fails every four minutes",
    lastsS: 15 * minuteS,
    signals: [ruleFailures(countsEvery(4 * minuteS))],
    fires: [ruleFailing],
    moments: [isSilent(8 * minuteS, ruleFailing)],
  },
  { name: "A rule fails once", lastsS: 12 * minuteS, signals: [ruleFailures(...once)], fires: [], nearMissOf: [ruleFailing] },
  {
    name: "No alert reaches Alertmanager: every minute one is lost",
    lastsS: 15 * minuteS,
    signals: [deliveryErrors(countsEvery(minuteS))],
    fires: [delivery],
    moments: [isSilent(3.5 * minuteS, delivery), isFiring(5 * minuteS, delivery, undefined, ofPrometheus)],
  },
  {
    name: "Prometheus knows no Alertmanager",
    lastsS: 10 * minuteS,
    signals: [alertmanagersKnown(holds(1, minuteS), holds(0))],
    fires: [delivery],
    moments: [isSilent(3 * minuteS + 45, delivery), isFiring(5 * minuteS, delivery, "0/s", ofPrometheus)],
  },
  {
    name: "One alert is lost while Alertmanager restarts",
    lastsS: 12 * minuteS,
    signals: [deliveryErrors(...once), alertmanagersKnown(holds(1))],
    fires: [],
    nearMissOf: [delivery],
  },
];
