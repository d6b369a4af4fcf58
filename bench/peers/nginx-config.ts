/** An nginx that redirects every path and logs each request as JSON; one worker. */
export function nginxConfig(folder: string, port: number, logOptions: string): string {
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx-${port}.pid;
error_log ${folder}/nginx-${port}-error.log warn;
events { worker_connections 4096; }
http {
  log_format json escape=json '{"time":"$time_iso8601","request_id":"$request_id","method":"$request_method","path":"$request_uri",'
    '"status":$status,"duration_s":$request_time,"bytes":$bytes_sent,"client":"$remote_addr","user_agent":"$http_user_agent","referer":"$http_referer"}';
  access_log ${folder}/nginx-${port}-access.log json${logOptions};
  client_body_temp_path ${folder}/nginx-${port}-body;
  proxy_temp_path ${folder}/nginx-${port}-proxy;
  fastcgi_temp_path ${folder}/nginx-${port}-fastcgi;
  uwsgi_temp_path ${folder}/nginx-${port}-uwsgi;
  scgi_temp_path ${folder}/nginx-${port}-scgi;
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      add_header Cache-Control "private, no-store";
      return 302 https://example.com/a/path/of/usual/length/0000001;
    }
  }
}
`;
}
