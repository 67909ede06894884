
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'tfo' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'tfo'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'tfo' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start the daemon: take OpenTelemetry''s data, keep it, answer the other commands')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what the daemon is, where it listens and what it holds')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show the latest log records, oldest first')
            [CompletionResult]::new('traces', 'traces', [CompletionResultType]::ParameterValue, 'Show the latest traces, oldest first')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Show one trace as a waterfall')
            [CompletionResult]::new('services', 'services', [CompletionResultType]::ParameterValue, 'Show rate, errors and durations of every service')
            [CompletionResult]::new('metrics', 'metrics', [CompletionResultType]::ParameterValue, 'Show metrics')
            [CompletionResult]::new('sql', 'sql', [CompletionResultType]::ParameterValue, 'Run a SELECT over logs, spans and metric_points')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;up' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Visits of customers a second; each is a trace')
            [CompletionResult]::new('--services', '--services', [CompletionResultType]::ParameterName, 'Number of services')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Address of REST and OTLP/HTTP; port 0 is any free one [default: 127.0.0.1:3100]')
            [CompletionResult]::new('--otlp-grpc', '--otlp-grpc', [CompletionResultType]::ParameterName, 'Address of OTLP/gRPC [default: 127.0.0.1:4317]')
            [CompletionResult]::new('--otlp-http', '--otlp-http', [CompletionResultType]::ParameterName, 'Address of OTLP/HTTP [default: 127.0.0.1:4318]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file (TOML) [env: TFO_CONFIG]')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'What the daemon says about itself: error, warn, info, debug, trace [env: TFO_LOG_LEVEL]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'text or json [default: text] [env: TFO_LOG_FORMAT]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--demo', '--demo', [CompletionResultType]::ParameterName, 'Run a demo shop inside, which sends its telemetry to this daemon')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;status' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;logs' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter in the whole grammar, with OR and parentheses')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only this service')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records whose text has this: the body of a log, the name of a span')
            [CompletionResult]::new('--attr', '--attr', [CompletionResultType]::ParameterName, 'Only records with this attribute; may be given several times')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only this severity (error), or this one and upwards (error+)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show the latest this many')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show the latest this many')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go on with what arrives from now on, until Ctrl-C')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Go on with what arrives from now on, until Ctrl-C')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;traces' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter in the whole grammar, with OR and parentheses')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only this service')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records whose text has this: the body of a log, the name of a span')
            [CompletionResult]::new('--attr', '--attr', [CompletionResultType]::ParameterName, 'Only records with this attribute; may be given several times')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show the latest this many')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show the latest this many')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;trace' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;services' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;metrics' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the metrics: name, type, unit, who sends them')
            [CompletionResult]::new('points', 'points', [CompletionResultType]::ParameterValue, 'Show the latest points of a metric, oldest first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;metrics;list' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter in the whole grammar, with OR and parentheses')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only this service')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records whose text has this: the body of a log, the name of a span')
            [CompletionResult]::new('--attr', '--attr', [CompletionResultType]::ParameterName, 'Only records with this attribute; may be given several times')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;metrics;points' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter in the whole grammar, with OR and parentheses')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only this service')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records whose text has this: the body of a log, the name of a span')
            [CompletionResult]::new('--attr', '--attr', [CompletionResultType]::ParameterName, 'Only records with this attribute; may be given several times')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show the latest this many')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show the latest this many')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;metrics;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the metrics: name, type, unit, who sends them')
            [CompletionResult]::new('points', 'points', [CompletionResultType]::ParameterValue, 'Show the latest points of a metric, oldest first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;metrics;help;list' {
            break
        }
        'tfo;metrics;help;points' {
            break
        }
        'tfo;metrics;help;help' {
            break
        }
        'tfo;sql' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;demo' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Visits of customers a second; each is a trace')
            [CompletionResult]::new('--services', '--services', [CompletionResultType]::ParameterName, 'Number of services')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where OTLP/gRPC is taken [default: the daemon that other commands ask]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;completions' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;help' {
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start the daemon: take OpenTelemetry''s data, keep it, answer the other commands')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what the daemon is, where it listens and what it holds')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show the latest log records, oldest first')
            [CompletionResult]::new('traces', 'traces', [CompletionResultType]::ParameterValue, 'Show the latest traces, oldest first')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Show one trace as a waterfall')
            [CompletionResult]::new('services', 'services', [CompletionResultType]::ParameterValue, 'Show rate, errors and durations of every service')
            [CompletionResult]::new('metrics', 'metrics', [CompletionResultType]::ParameterValue, 'Show metrics')
            [CompletionResult]::new('sql', 'sql', [CompletionResultType]::ParameterValue, 'Run a SELECT over logs, spans and metric_points')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;help;up' {
            break
        }
        'tfo;help;status' {
            break
        }
        'tfo;help;logs' {
            break
        }
        'tfo;help;traces' {
            break
        }
        'tfo;help;trace' {
            break
        }
        'tfo;help;services' {
            break
        }
        'tfo;help;metrics' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the metrics: name, type, unit, who sends them')
            [CompletionResult]::new('points', 'points', [CompletionResultType]::ParameterValue, 'Show the latest points of a metric, oldest first')
            break
        }
        'tfo;help;metrics;list' {
            break
        }
        'tfo;help;metrics;points' {
            break
        }
        'tfo;help;sql' {
            break
        }
        'tfo;help;demo' {
            break
        }
        'tfo;help;completions' {
            break
        }
        'tfo;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
