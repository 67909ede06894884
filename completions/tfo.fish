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
complete -c tfo -n "__fish_tfo_needs_command" -f -a "status" -d 'Show what the daemon is, where it listens and what it holds'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "logs" -d 'Show the latest log records, oldest first'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "traces" -d 'Show the latest traces, oldest first'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "trace" -d 'Show one trace as a waterfall'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "services" -d 'Show rate, errors and durations of every service'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "metrics" -d 'Show metrics'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "sql" -d 'Run a SELECT over logs, spans and metric_points'
complete -c tfo -n "__fish_tfo_needs_command" -f -a "demo" -d 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C'
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
complete -c tfo -n "__fish_tfo_using_subcommand traces" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -l url -d 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]' -r
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -l data-dir -d 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]' -r -F
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -s o -l output -d 'Format of the answer' -r -f -a "table\t'Columns for people'
wide\t'More columns, and nothing cut'
json\t'One JSON document, as the API answers'
jsonl\t'One JSON record a line'
yaml\t'One YAML document'
csv\t'Comma-separated values with a header'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces them'
always\t'Always'
never\t'Never'"
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -f -a "list" -d 'List the metrics: name, type, unit, who sends them'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -f -a "points" -d 'Show the latest points of a metric, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and not __fish_seen_subcommand_from list points help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
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
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "points" -d 'Show the latest points of a metric, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand metrics; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
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
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "up" -d 'Start the daemon: take OpenTelemetry\'s data, keep it, answer the other commands'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "status" -d 'Show what the daemon is, where it listens and what it holds'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "logs" -d 'Show the latest log records, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "traces" -d 'Show the latest traces, oldest first'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "trace" -d 'Show one trace as a waterfall'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "services" -d 'Show rate, errors and durations of every service'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "metrics" -d 'Show metrics'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "sql" -d 'Run a SELECT over logs, spans and metric_points'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "demo" -d 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c tfo -n "__fish_tfo_using_subcommand help; and not __fish_seen_subcommand_from up status logs traces trace services metrics sql demo completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "list" -d 'List the metrics: name, type, unit, who sends them'
complete -c tfo -n "__fish_tfo_using_subcommand help; and __fish_seen_subcommand_from metrics" -f -a "points" -d 'Show the latest points of a metric, oldest first'
