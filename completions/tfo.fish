# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tfo_global_optspecs
    string join \n url= data-dir= o/output= color= h/help V/version
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
complete -c tfo -n "__fish_tfo_needs_command" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand up" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand up" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand up" -l demo -d 'Run a demo shop inside, which sends its telemetry to this daemon'
complete -c tfo -n "__fish_tfo_using_subcommand up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand status" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand status" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand status" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s C -l context -d 'So many before and after it' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l within -d 'Whose records' -r -f -a "source\t'Of the same service, instance, host, pod, container and file'
service\t'Of the same service'
all\t'Of all'"
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand logs" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand logs" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand traces" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s f -l follow -d 'Go on with what arrives from now on, until Ctrl-C: a line a trace, once, a second after its root has come, or when it has been quiet for five seconds'
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand trace" -s n -l limit -d 'Show the first this many spans [default: 1000 on a terminal, else all]' -r
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand trace" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand trace" -l ascii -d 'Draw with ASCII characters'
complete -c tfo -n "__fish_tfo_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand services" -l since -d 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -l until -d 'End, in the same forms [default: now]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand services" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand services" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand map" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand operations" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand operations" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand operations" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list query series points help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from query" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from series" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from points" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and not __fish_seen_subcommand_from keys values help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from keys" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from values" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from help" -f -a "keys" -d 'List the keys, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from help" -f -a "values" -d 'List the values of a field, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand attributes; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand sql" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l explain -d 'Show how the statement is answered; do not run it'
complete -c tfo -n "__fish_tfo_using_subcommand sql" -l analyze -d 'Run the statement, and show how it was answered in place of its rows'
complete -c tfo -n "__fish_tfo_using_subcommand sql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l rate -d 'Visits of customers a second; each is a trace' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l services -d 'Number of services' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l endpoint -d 'Where OTLP/gRPC is taken [default: the daemon that other commands ask]' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand demo" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand demo" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
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
complete -c tfo -n "__fish_tfo_using_subcommand bench" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand bench" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand completions" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "up" -d 'Start the daemon: take OpenTelemetry\'s data, keep it, answer the other commands'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "status" -d 'Show what the daemon is, where it listens, what it holds and how it keeps up'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "logs" -d 'Show the latest log records, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "traces" -d 'Show the latest traces, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "trace" -d 'Show one trace as a waterfall'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "services" -d 'Show rate, errors and durations of every service'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "map" -d 'Show which services call which'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "operations" -d 'Show rate, errors and durations of what services are asked for'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "metrics" -d 'Show metrics'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "attributes" -d 'Show which attributes there are, and which values'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "sql" -d 'Run a SELECT over logs, spans and metric_points'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "demo" -d 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "bench" -d 'Send invented telemetry and measure how it is taken'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services map operations metrics attributes sql demo bench completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "list" -d 'List the metrics: name, type, unit, who sends them'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "query" -d 'Draw a metric over time'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "series" -d 'List the series of a metric'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "points" -d 'Show the latest points of a metric, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from attributes" -f -a "keys" -d 'List the keys, the most frequent first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from attributes" -f -a "values" -d 'List the values of a field, the most frequent first'
