# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tfo_global_optspecs
    string join \n url= data-dir= context= tenant= o/output= color= h/help V/version
end

function __fish_tfo_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tfo_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tfo_using_subcommand
    set -l cmd (__fish_tfo_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tfo -n "__fish_tfo_needs_command" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_needs_command" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_needs_command" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_needs_command" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_needs_command" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_needs_command" -s V -l version -d 'Print version'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "up" -d 'Start the daemon: take OpenTelemetry\'s data, keep it, answer the other commands'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "status" -d 'Show what the daemon is, where it listens, what it holds and how it keeps up'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "logs" -d 'Show the latest log records, oldest first'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "traces" -d 'Show the latest traces, oldest first'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "trace" -d 'Show one trace as a waterfall'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "services" -d 'Show rate, errors and durations of every service'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "map" -d 'Show which services call which'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "operations" -d 'Show rate, errors and durations of what services are asked for'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "metrics" -d 'Show metrics'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "attributes" -d 'Show which attributes there are, and which values'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "sql" -d 'Run a SELECT over logs, spans and metric_points'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "apply" -d 'Apply files: make what is new, change what differs, all or nothing'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "diff" -d 'Show what applying files would change'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "validate" -d 'Check files without a daemon'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "render" -d 'Print documents as they would be applied: with overlays and variables'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "get" -d 'List resources, or show one'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "describe" -d 'Show a resource with its status, who owns it, and its last changes'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "edit" -d 'Edit a resource in $VISUAL or $EDITOR'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "delete" -d 'Delete resources: one, or those of files'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "export" -d 'Print resources as files that can be applied'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "history" -d 'Show the changes of a resource, newest first'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "rollback" -d 'Return a resource to what it was'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "wait" -d 'Wait until resources are there, are gone, or are in some condition'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "sets" -d 'Show and change what bundles of files own'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "audit" -d 'Show the journal: who did what, when, from where'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "schema" -d 'Print the JSON Schema of resources, for editors'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "explain" -d 'Explain a kind or one of its fields: type, default, examples'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "context" -d 'Choose which daemon and which place commands are for'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "demo" -d 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "bench" -d 'Send invented telemetry and measure how it is taken'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand up" -l rate -d 'Visits of customers a second; each is a trace' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l services -d 'Number of services' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l listen -d 'Address of REST and OTLP/HTTP; port 0 is any free one [default: 127.0.0.1:3100]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l otlp-grpc -d 'Address of OTLP/gRPC [default: 127.0.0.1:4317]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l otlp-http -d 'Address of OTLP/HTTP [default: 127.0.0.1:4318]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l config -d 'Configuration file (TOML) [env: TFO_CONFIG]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand up" -l log-level -d 'What the daemon says about itself: error, warn, info, debug, trace [env: TFO_LOG_LEVEL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l log-format -d 'text or json [default: text] [env: TFO_LOG_FORMAT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand up" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand up" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand up" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand up" -l demo -d 'Run a demo shop inside, which sends its telemetry to this daemon'
complete -c tfo -n "__fish_tfo_using_subcommand up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand status" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand status" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand status" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand status" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand status" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand status" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l filter -d 'A filter in the whole grammar, with OR and parentheses' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l service -d 'Only this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l grep -d 'Only records whose text has this: the body of a log, the name of a span' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l attr -d 'Only records with this attribute; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l severity -d 'Only this severity (error), or this one and upwards (error+)' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s n -l limit -d 'Show the latest this many' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l step -d 'How long a row of the histogram is, like 30s or 1h [default: what suits the range]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l around -d 'Show the records before and after the one with this id (-o wide shows ids)' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s B -l before -d 'So many before it [default: 10]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s A -l after -d 'So many after it [default: 10]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s C -l lines -d 'So many before and after it' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l within -d 'Whose records' -r -f -a "source\t'Of the same service, instance, host, pod, container and file'
service\t'Of the same service'
all\t'Of all'"
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s f -l follow -d 'Go on with what arrives from now on, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l histogram -d 'Show how many records there were, over time and by severity'
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l filter -d 'A filter in the whole grammar, with OR and parentheses' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l service -d 'Only this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l grep -d 'Only records whose text has this: the body of a log, the name of a span' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l attr -d 'Only records with this attribute; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s n -l limit -d 'Show the latest this many' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s f -l follow -d 'Go on with what arrives from now on, until Ctrl-C: a line a trace, once, a second after its root has come, or when it has been quiet for five seconds'
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand trace" -s n -l limit -d 'Show the first this many spans [default: 1000 on a terminal, else all]' -r
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand trace" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l ascii -d 'Draw with ASCII characters'
complete -c tfo -n "__fish_tfo_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand services" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand services" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand services" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand services" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand map" -l filter -d 'A filter in the whole grammar, with OR and parentheses' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l service -d 'Only this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l grep -d 'Only records whose text has this: the body of a log, the name of a span' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l attr -d 'Only records with this attribute; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand map" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand map" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand map" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand map" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l filter -d 'A filter that the spans must pass' -r
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l sort -d 'What they are sorted by' -r -f -a "requests\t'The busiest first'
errors\t'The most errors first'
error-ratio\t'The largest share of errors first'
p50\t'The slowest by median first'
p95\t'The slowest by the 95th percentile first'
p99\t'The slowest by the 99th percentile first'
name\t'By service and name'"
complete -c tfo -n "__fish_tfo_using_subcommand operations" -s n -l limit -d 'Show the first this many' -r
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand operations" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand operations" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -f -a "list" -d 'List the metrics: name, type, unit, who sends them'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -f -a "query" -d 'Draw a metric over time'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -f -a "series" -d 'List the series of a metric'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -f -a "points" -d 'Show the latest points of a metric, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l filter -d 'A filter in the whole grammar, with OR and parentheses' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l service -d 'Only this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l grep -d 'Only records whose text has this: the body of a log, the name of a span' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l attr -d 'Only records with this attribute; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l filter -d 'A filter in the whole grammar, with OR and parentheses' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l service -d 'Only this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l grep -d 'Only records whose text has this: the body of a log, the name of a span' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l attr -d 'Only records with this attribute; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l agg -d 'What to compute: avg, sum, min, max, count, rate, increase, or a percentile like p95 [default: what suits the type: avg, rate or p95]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l by -d 'A line for every value of this field; may be given several times (service, http.route, attr.user, resource.host.name)' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l step -d 'How long a step is, like 1m [default: what suits the range and the points]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -s n -l limit -d 'At most this many lines: the largest' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l type -d 'Only points of this type, where the name has several' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l unit -d 'Only points of this unit, where the name has several' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -l exemplars -d 'Show examples of measurements, with the traces that they were made in'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l filter -d 'A filter in the whole grammar, with OR and parentheses' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l service -d 'Only this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l grep -d 'Only records whose text has this: the body of a log, the name of a span' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l attr -d 'Only records with this attribute; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l filter -d 'A filter in the whole grammar, with OR and parentheses' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l service -d 'Only this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l grep -d 'Only records whose text has this: the body of a log, the name of a span' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l attr -d 'Only records with this attribute; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -s n -l limit -d 'Show the latest this many' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the metrics: name, type, unit, who sends them'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "query" -d 'Draw a metric over time'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "series" -d 'List the series of a metric'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "points" -d 'Show the latest points of a metric, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -f -a "keys" -d 'List the keys, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -f -a "values" -d 'List the values of a field, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l signal -d 'Whose attributes' -r -f -a "logs\t'Log records'
spans\t'Spans'
metrics\t'Points of metrics'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l service -d 'Only of this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -s n -l limit -d 'Show the first this many' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l signal -d 'Whose attributes' -r -f -a "logs\t'Log records'
spans\t'Spans'
metrics\t'Points of metrics'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l service -d 'Only of this service' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -s n -l limit -d 'Show the first this many' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from help" -f -a "keys" -d 'List the keys, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from help" -f -a "values" -d 'List the values of a field, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sql" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l explain -d 'Show how the statement is answered; do not run it'
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l analyze -d 'Run the statement, and show how it was answered in place of its rows'
complete -c tfo -n "__fish_tfo_using_subcommand sql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -s f -l file -d 'File, folder or pattern (in quotes), - for stdin; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l var -d 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l error-format -d 'How mistakes in files are shown' -r -f -a "full\t'With the line of the file, and what to do'
concise\t'A line each'
json\t'One JSON document'
github\t'Annotations of GitHub Actions'"
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l set -d 'Set that the files are of [default: that of tfo.yaml, else default]' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l scope -d 'Place of the set, and of documents that name none: platform, or a path like eu/acme/shop/production [default: that of tfo.yaml, TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l prune-limit -d 'Delete at most so many [default: 10, or 30 % of the set]' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l prune-kinds -d 'Kinds that hold data or access and may be deleted all the same' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l adopt-from -d 'Take resources over from this set' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l timeout -d 'How long to wait' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand apply" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l prune -d 'Delete the set\'s resources that are not among the files; needs a set that was named'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l allow-empty -d 'Delete everything that the set has, when there are no files'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l force-conflicts -d 'Take fields over from other sets'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l adopt -d 'Take resources in that were made outside of any set'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l keep-drift -d 'Leave fields as they are that somebody has changed by hand'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l show-defaults -d 'Show fields too that the daemon fills in'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l full -d 'Cut nothing'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -s q -l quiet -d 'Print nothing on stdout where nothing differs'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -s y -l yes -d 'Do not ask before something is deleted or taken over'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -l wait -d 'Wait until what was applied is ready'
complete -c tfo -n "__fish_tfo_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -s f -l file -d 'File, folder or pattern (in quotes), - for stdin; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l var -d 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l error-format -d 'How mistakes in files are shown' -r -f -a "full\t'With the line of the file, and what to do'
concise\t'A line each'
json\t'One JSON document'
github\t'Annotations of GitHub Actions'"
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l set -d 'Set that the files are of [default: that of tfo.yaml, else default]' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l scope -d 'Place of the set, and of documents that name none: platform, or a path like eu/acme/shop/production [default: that of tfo.yaml, TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l prune-limit -d 'Delete at most so many [default: 10, or 30 % of the set]' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l prune-kinds -d 'Kinds that hold data or access and may be deleted all the same' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l adopt-from -d 'Take resources over from this set' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l fail-on -d 'Exit with 1 only for these differences' -r -f -a "delete\t'Something is deleted'
drift\t'Something was changed by hand'
conflict\t'Another set owns a field'"
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l out -d 'Write the plan into a file' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand diff" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l prune -d 'Delete the set\'s resources that are not among the files; needs a set that was named'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l allow-empty -d 'Delete everything that the set has, when there are no files'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l force-conflicts -d 'Take fields over from other sets'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l adopt -d 'Take resources in that were made outside of any set'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l keep-drift -d 'Leave fields as they are that somebody has changed by hand'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l show-defaults -d 'Show fields too that the daemon fills in'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l full -d 'Cut nothing'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -s q -l quiet -d 'Print nothing on stdout where nothing differs'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l exit-zero -d 'Exit with 0 also when something differs'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -l live -d 'Show only what was changed by hand since it was applied'
complete -c tfo -n "__fish_tfo_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand validate" -s f -l file -d 'File, folder or pattern (in quotes), - for stdin; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l var -d 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are' -r
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l error-format -d 'How mistakes in files are shown' -r -f -a "full\t'With the line of the file, and what to do'
concise\t'A line each'
json\t'One JSON document'
github\t'Annotations of GitHub Actions'"
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l set -d 'Set that the files are of [default: that of tfo.yaml, else default]' -r
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l scope -d 'Place of the set, and of documents that name none: platform, or a path like eu/acme/shop/production [default: that of tfo.yaml, TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand validate" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand validate" -l strict -d 'Treat warnings as errors: secrets that stand in a file'
complete -c tfo -n "__fish_tfo_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand render" -s f -l file -d 'File, folder or pattern (in quotes), - for stdin; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand render" -l var -d 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are' -r
complete -c tfo -n "__fish_tfo_using_subcommand render" -l error-format -d 'How mistakes in files are shown' -r -f -a "full\t'With the line of the file, and what to do'
concise\t'A line each'
json\t'One JSON document'
github\t'Annotations of GitHub Actions'"
complete -c tfo -n "__fish_tfo_using_subcommand render" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand render" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand render" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand render" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand render" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand render" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand render" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand get" -s l -l labels -d 'Only with these labels: team=checkout,tier!=web,env in (a, b),owner,!legacy' -r
complete -c tfo -n "__fish_tfo_using_subcommand get" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand get" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand get" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand get" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand get" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand get" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand get" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand get" -s w -l watch -d 'Go on with changes as they are made, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand get" -s A -l all-places -d 'Everywhere'
complete -c tfo -n "__fish_tfo_using_subcommand get" -l deleted -d 'Those too that are deleted and can be had back'
complete -c tfo -n "__fish_tfo_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand describe" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand describe" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand describe" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand describe" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand describe" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand describe" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand describe" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand describe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand edit" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand edit" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand edit" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand edit" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand edit" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand edit" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand edit" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand delete" -s f -l file -d 'File, folder or pattern (in quotes), - for stdin; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l var -d 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are' -r
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l error-format -d 'How mistakes in files are shown' -r -f -a "full\t'With the line of the file, and what to do'
concise\t'A line each'
json\t'One JSON document'
github\t'Annotations of GitHub Actions'"
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand delete" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand delete" -s y -l yes -d 'Do not ask'
complete -c tfo -n "__fish_tfo_using_subcommand delete" -l ignore-not-found -d 'What is not there is no error'
complete -c tfo -n "__fish_tfo_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand export" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand export" -l set -d 'Only resources whose home is this set' -r
complete -c tfo -n "__fish_tfo_using_subcommand export" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand export" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand export" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand export" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand export" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand export" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand export" -l all -d 'Of all places'
complete -c tfo -n "__fish_tfo_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand history" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand history" -s n -l limit -d 'At most so many changes' -r
complete -c tfo -n "__fish_tfo_using_subcommand history" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand history" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand history" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand history" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand history" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand history" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -l to -d 'Generation to return to, as `tfo history` shows it' -r
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand wait" -s l -l labels -d 'All resources with these labels' -r
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l for -d 'exists, deleted, or condition=NAME' -r
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l timeout -d 'How long to wait' -r
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand wait" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand wait" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -f -a "list" -d 'List sets: what each has, and who applied it last'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -f -a "move" -d 'Give a resource to another set, with everything that its home has asked of it'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -f -a "delete" -d 'End a set; its members stay, or are deleted with it'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and not __fish_seen_subcommand_from list move delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l to -d 'Set that it goes to' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l to-scope -d 'Place of that set [default: that of the resource\'s set]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l keep-members -d 'Its members stay, and belong to nobody'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -l cascade -d 'Its members are deleted with it, but for those that are protected'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Do not ask'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from help" -f -a "list" -d 'List sets: what each has, and who applied it last'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from help" -f -a "move" -d 'Give a resource to another set, with everything that its home has asked of it'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from help" -f -a "delete" -d 'End a set; its members stay, or are deleted with it'
complete -c tfo -n "__fish_tfo_using_subcommand sets; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -f -a "list" -d 'List entries: the latest, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -f -a "tail" -d 'Show the latest entries, and then what is added, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -f -a "verify" -d 'Check that no entry was changed or taken out'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and not __fish_seen_subcommand_from list tail verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l since -d 'Start of the range: a duration ago like 7d, or an RFC 3339 time' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l until -d 'End of the range' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l name -d 'Only of resources of this name' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -s n -l limit -d 'At most so many entries' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l since -d 'Start of the range: a duration ago like 7d, or an RFC 3339 time' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l until -d 'End of the range' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l name -d 'Only of resources of this name' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -s n -l limit -d 'At most so many entries' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l scope -d 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from tail" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from verify" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from verify" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from verify" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from verify" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from verify" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "list" -d 'List entries: the latest, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "tail" -d 'Show the latest entries, and then what is added, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that no entry was changed or taken out'
complete -c tfo -n "__fish_tfo_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand schema" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand schema" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand schema" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand schema" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand schema" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand schema" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand explain" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand explain" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand explain" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand explain" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand explain" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand explain" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -f -a "list" -d 'List contexts; the one in use has a star'
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -f -a "use" -d 'Use a context when none is named'
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -f -a "set" -d 'Make a context, or change it'
complete -c tfo -n "__fish_tfo_using_subcommand context; and not __fish_seen_subcommand_from list use set help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from list" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from list" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from list" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from list" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from use" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from use" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from use" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from use" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from use" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from use" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -l scope -d 'Place that one works in, where that is no tenant' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from help" -f -a "list" -d 'List contexts; the one in use has a star'
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from help" -f -a "use" -d 'Use a context when none is named'
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from help" -f -a "set" -d 'Make a context, or change it'
complete -c tfo -n "__fish_tfo_using_subcommand context; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l rate -d 'Visits of customers a second; each is a trace' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l services -d 'Number of services' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l endpoint -d 'Where OTLP/gRPC is taken [default: the daemon that other commands ask]' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l signals -d 'What to send; several in turns' -r -f -a "logs\t''
spans\t''
metrics\t''"
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l rate -d 'Records a second, sent whether or not the receiver keeps up [default: as fast as they are taken]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l duration -d 'How long to send' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l records -d 'Send so many records instead, rounded up to whole requests' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l connections -d 'Connections, each with one request in flight' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l batch -d 'Records of a request' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l size -d 'Bytes of a record as OTLP [default: what it takes, some 200 to 400]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l services -d 'Number of services' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l values -d 'Number of values of an attribute such as the user\'s id' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l series -d 'Number of series of metrics, rounded up to whole requests' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l seed -d 'The same seed makes the same telemetry' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l spread -d 'Spread times over so long in mixed order, which is harder than live telemetry [default: live]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l at -d 'The newest time with --spread, like 2026-11-25T08:00:00Z [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l endpoint -d 'Any receiver of OTLP, by the URL in front of /v1/logs [default: the daemon that other commands ask]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l header -d 'A header that the receiver wants; may be given several times' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l protocol -d 'OTLP over what' -r -f -a "http\t'OTLP/HTTP with protobuf'
grpc\t'OTLP/gRPC'"
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l compression -d 'Compression of requests; its cost is the generator\'s as well' -r -f -a "none\t'Not at all'
gzip\t'gzip, at its default level'
zstd\t'zstd, at its default level'"
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l settle -d 'Wait afterwards until the daemon is done with its work in the background, at most so long, and count it' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand bench" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l context -d 'Context to use, see `tfo context` [env: TFO_CONTEXT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l tenant -d 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]' -r
complete -c tfo -n "__fish_tfo_using_subcommand completions" -s o -l output -d 'Format of the answer' -r -f -a "table\t'For people: columns, or lines'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'YAML'
csv\t'Comma-separated values with a header'
name\t'Resources: KIND/NAME, a line each'
markdown\t'Plans: for a comment on a pull request'
github\t'Plans and findings: annotations of GitHub Actions'
yaml-diff\t'Plans: a unified diff of YAML'"
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "up" -d 'Start the daemon: take OpenTelemetry\'s data, keep it, answer the other commands'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "status" -d 'Show what the daemon is, where it listens, what it holds and how it keeps up'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "logs" -d 'Show the latest log records, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "traces" -d 'Show the latest traces, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "trace" -d 'Show one trace as a waterfall'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "services" -d 'Show rate, errors and durations of every service'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "map" -d 'Show which services call which'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "operations" -d 'Show rate, errors and durations of what services are asked for'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "metrics" -d 'Show metrics'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "attributes" -d 'Show which attributes there are, and which values'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "sql" -d 'Run a SELECT over logs, spans and metric_points'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "apply" -d 'Apply files: make what is new, change what differs, all or nothing'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "diff" -d 'Show what applying files would change'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "validate" -d 'Check files without a daemon'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "render" -d 'Print documents as they would be applied: with overlays and variables'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "get" -d 'List resources, or show one'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "describe" -d 'Show a resource with its status, who owns it, and its last changes'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "edit" -d 'Edit a resource in $VISUAL or $EDITOR'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "delete" -d 'Delete resources: one, or those of files'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "export" -d 'Print resources as files that can be applied'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "history" -d 'Show the changes of a resource, newest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "rollback" -d 'Return a resource to what it was'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "wait" -d 'Wait until resources are there, are gone, or are in some condition'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "sets" -d 'Show and change what bundles of files own'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "audit" -d 'Show the journal: who did what, when, from where'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "schema" -d 'Print the JSON Schema of resources, for editors'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "explain" -d 'Explain a kind or one of its fields: type, default, examples'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "context" -d 'Choose which daemon and which place commands are for'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "demo" -d 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "bench" -d 'Send invented telemetry and measure how it is taken'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql apply diff validate render get describe edit delete export history rollback wait sets audit schema explain context demo bench completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "list" -d 'List the metrics: name, type, unit, who sends them'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "query" -d 'Draw a metric over time'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "series" -d 'List the series of a metric'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "points" -d 'Show the latest points of a metric, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from attributes" -f -a "keys" -d 'List the keys, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from attributes" -f -a "values" -d 'List the values of a field, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from sets" -f -a "list" -d 'List sets: what each has, and who applied it last'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from sets" -f -a "move" -d 'Give a resource to another set, with everything that its home has asked of it'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from sets" -f -a "delete" -d 'End a set; its members stay, or are deleted with it'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "list" -d 'List entries: the latest, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "tail" -d 'Show the latest entries, and then what is added, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check that no entry was changed or taken out'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from context" -f -a "list" -d 'List contexts; the one in use has a star'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from context" -f -a "use" -d 'Use a context when none is named'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from context" -f -a "set" -d 'Make a context, or change it'
