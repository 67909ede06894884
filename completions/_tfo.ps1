
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start the daemon: take OpenTelemetry''s data, keep it, answer the other commands')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what the daemon is, where it listens, what it holds and how it keeps up')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show the latest log records, oldest first')
            [CompletionResult]::new('traces', 'traces', [CompletionResultType]::ParameterValue, 'Show the latest traces, oldest first')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Show one trace as a waterfall')
            [CompletionResult]::new('services', 'services', [CompletionResultType]::ParameterValue, 'Show rate, errors and durations of every service')
            [CompletionResult]::new('map', 'map', [CompletionResultType]::ParameterValue, 'Show which services call which')
            [CompletionResult]::new('operations', 'operations', [CompletionResultType]::ParameterValue, 'Show rate, errors and durations of what services are asked for')
            [CompletionResult]::new('metrics', 'metrics', [CompletionResultType]::ParameterValue, 'Show metrics')
            [CompletionResult]::new('attributes', 'attributes', [CompletionResultType]::ParameterValue, 'Show which attributes there are, and which values')
            [CompletionResult]::new('sql', 'sql', [CompletionResultType]::ParameterValue, 'Run a SELECT over logs, spans and metric_points')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply files: make what is new, change what differs, all or nothing')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what applying files would change')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check files without a daemon')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Print documents as they would be applied: with overlays and variables')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'List resources, or show one')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show a resource with its status, who owns it, and its last changes')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit a resource in $VISUAL or $EDITOR')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete resources: one, or those of files')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Print resources as files that can be applied')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show the changes of a resource, newest first')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Return a resource to what it was')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until resources are there, are gone, or are in some condition')
            [CompletionResult]::new('sets', 'sets', [CompletionResultType]::ParameterValue, 'Show and change what bundles of files own')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Show the journal: who did what, when, from where')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of resources, for editors')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a kind or one of its fields: type, default, examples')
            [CompletionResult]::new('context', 'context', [CompletionResultType]::ParameterValue, 'Choose which daemon and which place commands are for')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Send invented telemetry and measure how it is taken')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
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
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'How long a row of the histogram is, like 30s or 1h [default: what suits the range]')
            [CompletionResult]::new('--around', '--around', [CompletionResultType]::ParameterName, 'Show the records before and after the one with this id (-o wide shows ids)')
            [CompletionResult]::new('-B', '-B ', [CompletionResultType]::ParameterName, 'So many before it [default: 10]')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'So many before it [default: 10]')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'So many after it [default: 10]')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'So many after it [default: 10]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'So many before and after it')
            [CompletionResult]::new('--lines', '--lines', [CompletionResultType]::ParameterName, 'So many before and after it')
            [CompletionResult]::new('--within', '--within', [CompletionResultType]::ParameterName, 'Whose records')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go on with what arrives from now on, until Ctrl-C')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Go on with what arrives from now on, until Ctrl-C')
            [CompletionResult]::new('--histogram', '--histogram', [CompletionResultType]::ParameterName, 'Show how many records there were, over time and by severity')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go on with what arrives from now on, until Ctrl-C: a line a trace, once, a second after its root has come, or when it has been quiet for five seconds')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Go on with what arrives from now on, until Ctrl-C: a line a trace, once, a second after its root has come, or when it has been quiet for five seconds')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;trace' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show the first this many spans [default: 1000 on a terminal, else all]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show the first this many spans [default: 1000 on a terminal, else all]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;map' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter in the whole grammar, with OR and parentheses')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only this service')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records whose text has this: the body of a log, the name of a span')
            [CompletionResult]::new('--attr', '--attr', [CompletionResultType]::ParameterName, 'Only records with this attribute; may be given several times')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;operations' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter that the spans must pass')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'What they are sorted by')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show the first this many')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show the first this many')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the metrics: name, type, unit, who sends them')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Draw a metric over time')
            [CompletionResult]::new('series', 'series', [CompletionResultType]::ParameterValue, 'List the series of a metric')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;metrics;query' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter in the whole grammar, with OR and parentheses')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only this service')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records whose text has this: the body of a log, the name of a span')
            [CompletionResult]::new('--attr', '--attr', [CompletionResultType]::ParameterName, 'Only records with this attribute; may be given several times')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('--agg', '--agg', [CompletionResultType]::ParameterName, 'What to compute: avg, sum, min, max, count, rate, increase, or a percentile like p95 [default: what suits the type: avg, rate or p95]')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'A line for every value of this field; may be given several times (service, http.route, attr.user, resource.host.name)')
            [CompletionResult]::new('--step', '--step', [CompletionResultType]::ParameterName, 'How long a step is, like 1m [default: what suits the range and the points]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'At most this many lines: the largest')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many lines: the largest')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only points of this type, where the name has several')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'Only points of this unit, where the name has several')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--exemplars', '--exemplars', [CompletionResultType]::ParameterName, 'Show examples of measurements, with the traces that they were made in')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;metrics;series' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'A filter in the whole grammar, with OR and parentheses')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only this service')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records whose text has this: the body of a log, the name of a span')
            [CompletionResult]::new('--attr', '--attr', [CompletionResultType]::ParameterName, 'Only records with this attribute; may be given several times')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;metrics;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the metrics: name, type, unit, who sends them')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Draw a metric over time')
            [CompletionResult]::new('series', 'series', [CompletionResultType]::ParameterValue, 'List the series of a metric')
            [CompletionResult]::new('points', 'points', [CompletionResultType]::ParameterValue, 'Show the latest points of a metric, oldest first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;metrics;help;list' {
            break
        }
        'tfo;metrics;help;query' {
            break
        }
        'tfo;metrics;help;series' {
            break
        }
        'tfo;metrics;help;points' {
            break
        }
        'tfo;metrics;help;help' {
            break
        }
        'tfo;attributes' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'List the keys, the most frequent first')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'List the values of a field, the most frequent first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;attributes;keys' {
            [CompletionResult]::new('--signal', '--signal', [CompletionResultType]::ParameterName, 'Whose attributes')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only of this service')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show the first this many')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show the first this many')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;attributes;values' {
            [CompletionResult]::new('--signal', '--signal', [CompletionResultType]::ParameterName, 'Whose attributes')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only of this service')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: a duration ago like 15m or 7d, or a time like 2026-11-25T08:00:00Z [default: 1h]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, in the same forms [default: now]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show the first this many')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show the first this many')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;attributes;help' {
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'List the keys, the most frequent first')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'List the values of a field, the most frequent first')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;attributes;help;keys' {
            break
        }
        'tfo;attributes;help;values' {
            break
        }
        'tfo;attributes;help;help' {
            break
        }
        'tfo;sql' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show how the statement is answered; do not run it')
            [CompletionResult]::new('--analyze', '--analyze', [CompletionResultType]::ParameterName, 'Run the statement, and show how it was answered in place of its rows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;apply' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How mistakes in files are shown')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set that the files are of [default: that of tfo.yaml, else default]')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place of the set, and of documents that name none: platform, or a path like eu/acme/shop/production [default: that of tfo.yaml, TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--prune-limit', '--prune-limit', [CompletionResultType]::ParameterName, 'Delete at most so many [default: 10, or 30 % of the set]')
            [CompletionResult]::new('--prune-kinds', '--prune-kinds', [CompletionResultType]::ParameterName, 'Kinds that hold data or access and may be deleted all the same')
            [CompletionResult]::new('--adopt-from', '--adopt-from', [CompletionResultType]::ParameterName, 'Take resources over from this set')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Delete the set''s resources that are not among the files; needs a set that was named')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Delete everything that the set has, when there are no files')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take fields over from other sets')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take resources in that were made outside of any set')
            [CompletionResult]::new('--keep-drift', '--keep-drift', [CompletionResultType]::ParameterName, 'Leave fields as they are that somebody has changed by hand')
            [CompletionResult]::new('--show-defaults', '--show-defaults', [CompletionResultType]::ParameterName, 'Show fields too that the daemon fills in')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Cut nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stdout where nothing differs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stdout where nothing differs')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before something is deleted or taken over')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before something is deleted or taken over')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until what was applied is ready')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;diff' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How mistakes in files are shown')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set that the files are of [default: that of tfo.yaml, else default]')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place of the set, and of documents that name none: platform, or a path like eu/acme/shop/production [default: that of tfo.yaml, TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--prune-limit', '--prune-limit', [CompletionResultType]::ParameterName, 'Delete at most so many [default: 10, or 30 % of the set]')
            [CompletionResult]::new('--prune-kinds', '--prune-kinds', [CompletionResultType]::ParameterName, 'Kinds that hold data or access and may be deleted all the same')
            [CompletionResult]::new('--adopt-from', '--adopt-from', [CompletionResultType]::ParameterName, 'Take resources over from this set')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 only for these differences')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write the plan into a file')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Delete the set''s resources that are not among the files; needs a set that was named')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Delete everything that the set has, when there are no files')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take fields over from other sets')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take resources in that were made outside of any set')
            [CompletionResult]::new('--keep-drift', '--keep-drift', [CompletionResultType]::ParameterName, 'Leave fields as they are that somebody has changed by hand')
            [CompletionResult]::new('--show-defaults', '--show-defaults', [CompletionResultType]::ParameterName, 'Show fields too that the daemon fills in')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Cut nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stdout where nothing differs')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stdout where nothing differs')
            [CompletionResult]::new('--exit-zero', '--exit-zero', [CompletionResultType]::ParameterName, 'Exit with 0 also when something differs')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Show only what was changed by hand since it was applied')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;validate' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How mistakes in files are shown')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set that the files are of [default: that of tfo.yaml, else default]')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place of the set, and of documents that name none: platform, or a path like eu/acme/shop/production [default: that of tfo.yaml, TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat warnings as errors: secrets that stand in a file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;render' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How mistakes in files are shown')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;get' {
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only with these labels: team=checkout,tier!=web,env in (a, b),owner,!legacy')
            [CompletionResult]::new('--labels', '--labels', [CompletionResultType]::ParameterName, 'Only with these labels: team=checkout,tier!=web,env in (a, b),owner,!legacy')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Go on with changes as they are made, until Ctrl-C')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Go on with changes as they are made, until Ctrl-C')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Everywhere')
            [CompletionResult]::new('--all-places', '--all-places', [CompletionResultType]::ParameterName, 'Everywhere')
            [CompletionResult]::new('--deleted', '--deleted', [CompletionResultType]::ParameterName, 'Those too that are deleted and can be had back')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;describe' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;edit' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;delete' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File, folder or pattern (in quotes), - for stdin; may be given several times')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'A variable for ${var:NAME}; may be given several times. true, false and numbers are what they are')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How mistakes in files are shown')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--ignore-not-found', '--ignore-not-found', [CompletionResultType]::ParameterName, 'What is not there is no error')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;export' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Only resources whose home is this set')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Of all places')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;history' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'At most so many changes')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many changes')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;rollback' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Generation to return to, as `tfo history` shows it')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;wait' {
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'All resources with these labels')
            [CompletionResult]::new('--labels', '--labels', [CompletionResultType]::ParameterName, 'All resources with these labels')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'exists, deleted, or condition=NAME')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;sets' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List sets: what each has, and who applied it last')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Give a resource to another set, with everything that its home has asked of it')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'End a set; its members stay, or are deleted with it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;sets;list' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;sets;move' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Set that it goes to')
            [CompletionResult]::new('--to-scope', '--to-scope', [CompletionResultType]::ParameterName, 'Place of that set [default: that of the resource''s set]')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;sets;delete' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--keep-members', '--keep-members', [CompletionResultType]::ParameterName, 'Its members stay, and belong to nobody')
            [CompletionResult]::new('--cascade', '--cascade', [CompletionResultType]::ParameterName, 'Its members are deleted with it, but for those that are protected')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;sets;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List sets: what each has, and who applied it last')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Give a resource to another set, with everything that its home has asked of it')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'End a set; its members stay, or are deleted with it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;sets;help;list' {
            break
        }
        'tfo;sets;help;move' {
            break
        }
        'tfo;sets;help;delete' {
            break
        }
        'tfo;sets;help;help' {
            break
        }
        'tfo;audit' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List entries: the latest, oldest first')
            [CompletionResult]::new('tail', 'tail', [CompletionResultType]::ParameterValue, 'Show the latest entries, and then what is added, until Ctrl-C')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check that no entry was changed or taken out')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;audit;list' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start of the range: a duration ago like 7d, or an RFC 3339 time')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End of the range')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Only of resources of this name')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'At most so many entries')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many entries')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;audit;tail' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start of the range: a duration ago like 7d, or an RFC 3339 time')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End of the range')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Only of resources of this name')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'At most so many entries')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many entries')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;audit;verify' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;audit;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List entries: the latest, oldest first')
            [CompletionResult]::new('tail', 'tail', [CompletionResultType]::ParameterValue, 'Show the latest entries, and then what is added, until Ctrl-C')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check that no entry was changed or taken out')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;audit;help;list' {
            break
        }
        'tfo;audit;help;tail' {
            break
        }
        'tfo;audit;help;verify' {
            break
        }
        'tfo;audit;help;help' {
            break
        }
        'tfo;schema' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;explain' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;context' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List contexts; the one in use has a star')
            [CompletionResult]::new('use', 'use', [CompletionResultType]::ParameterValue, 'Use a context when none is named')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a context, or change it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;context;list' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;context;use' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;context;set' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Place that one works in, where that is no tenant')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;context;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List contexts; the one in use has a star')
            [CompletionResult]::new('use', 'use', [CompletionResultType]::ParameterValue, 'Use a context when none is named')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a context, or change it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'tfo;context;help;list' {
            break
        }
        'tfo;context;help;use' {
            break
        }
        'tfo;context;help;set' {
            break
        }
        'tfo;context;help;help' {
            break
        }
        'tfo;demo' {
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Visits of customers a second; each is a trace')
            [CompletionResult]::new('--services', '--services', [CompletionResultType]::ParameterName, 'Number of services')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Where OTLP/gRPC is taken [default: the daemon that other commands ask]')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;bench' {
            [CompletionResult]::new('--signals', '--signals', [CompletionResultType]::ParameterName, 'What to send; several in turns')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Records a second, sent whether or not the receiver keeps up [default: as fast as they are taken]')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'How long to send')
            [CompletionResult]::new('--records', '--records', [CompletionResultType]::ParameterName, 'Send so many records instead, rounded up to whole requests')
            [CompletionResult]::new('--connections', '--connections', [CompletionResultType]::ParameterName, 'Connections, each with one request in flight')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Records of a request')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Bytes of a record as OTLP [default: what it takes, some 200 to 400]')
            [CompletionResult]::new('--services', '--services', [CompletionResultType]::ParameterName, 'Number of services')
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Number of values of an attribute such as the user''s id')
            [CompletionResult]::new('--series', '--series', [CompletionResultType]::ParameterName, 'Number of series of metrics, rounded up to whole requests')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'The same seed makes the same telemetry')
            [CompletionResult]::new('--spread', '--spread', [CompletionResultType]::ParameterName, 'Spread times over so long in mixed order, which is harder than live telemetry [default: live]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The newest time with --spread, like 2026-11-25T08:00:00Z [default: now]')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Any receiver of OTLP, by the URL in front of /v1/logs [default: the daemon that other commands ask]')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header that the receiver wants; may be given several times')
            [CompletionResult]::new('--protocol', '--protocol', [CompletionResultType]::ParameterName, 'OTLP over what')
            [CompletionResult]::new('--compression', '--compression', [CompletionResultType]::ParameterName, 'Compression of requests; its cost is the generator''s as well')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'Wait afterwards until the daemon is done with its work in the background, at most so long, and count it')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Data folder of the daemon, on this machine [env: TFO_DATA_DIR]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
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
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context to use, see `tfo context` [env: TFO_CONTEXT]')
            [CompletionResult]::new('--tenant', '--tenant', [CompletionResultType]::ParameterName, 'Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tfo;help' {
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start the daemon: take OpenTelemetry''s data, keep it, answer the other commands')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what the daemon is, where it listens, what it holds and how it keeps up')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show the latest log records, oldest first')
            [CompletionResult]::new('traces', 'traces', [CompletionResultType]::ParameterValue, 'Show the latest traces, oldest first')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Show one trace as a waterfall')
            [CompletionResult]::new('services', 'services', [CompletionResultType]::ParameterValue, 'Show rate, errors and durations of every service')
            [CompletionResult]::new('map', 'map', [CompletionResultType]::ParameterValue, 'Show which services call which')
            [CompletionResult]::new('operations', 'operations', [CompletionResultType]::ParameterValue, 'Show rate, errors and durations of what services are asked for')
            [CompletionResult]::new('metrics', 'metrics', [CompletionResultType]::ParameterValue, 'Show metrics')
            [CompletionResult]::new('attributes', 'attributes', [CompletionResultType]::ParameterValue, 'Show which attributes there are, and which values')
            [CompletionResult]::new('sql', 'sql', [CompletionResultType]::ParameterValue, 'Run a SELECT over logs, spans and metric_points')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply files: make what is new, change what differs, all or nothing')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what applying files would change')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check files without a daemon')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Print documents as they would be applied: with overlays and variables')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'List resources, or show one')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show a resource with its status, who owns it, and its last changes')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit a resource in $VISUAL or $EDITOR')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete resources: one, or those of files')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Print resources as files that can be applied')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show the changes of a resource, newest first')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Return a resource to what it was')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until resources are there, are gone, or are in some condition')
            [CompletionResult]::new('sets', 'sets', [CompletionResultType]::ParameterValue, 'Show and change what bundles of files own')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Show the journal: who did what, when, from where')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of resources, for editors')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a kind or one of its fields: type, default, examples')
            [CompletionResult]::new('context', 'context', [CompletionResultType]::ParameterValue, 'Choose which daemon and which place commands are for')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Send the telemetry of a demo shop over OTLP/gRPC, until Ctrl-C')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Send invented telemetry and measure how it is taken')
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
        'tfo;help;map' {
            break
        }
        'tfo;help;operations' {
            break
        }
        'tfo;help;metrics' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the metrics: name, type, unit, who sends them')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Draw a metric over time')
            [CompletionResult]::new('series', 'series', [CompletionResultType]::ParameterValue, 'List the series of a metric')
            [CompletionResult]::new('points', 'points', [CompletionResultType]::ParameterValue, 'Show the latest points of a metric, oldest first')
            break
        }
        'tfo;help;metrics;list' {
            break
        }
        'tfo;help;metrics;query' {
            break
        }
        'tfo;help;metrics;series' {
            break
        }
        'tfo;help;metrics;points' {
            break
        }
        'tfo;help;attributes' {
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'List the keys, the most frequent first')
            [CompletionResult]::new('values', 'values', [CompletionResultType]::ParameterValue, 'List the values of a field, the most frequent first')
            break
        }
        'tfo;help;attributes;keys' {
            break
        }
        'tfo;help;attributes;values' {
            break
        }
        'tfo;help;sql' {
            break
        }
        'tfo;help;apply' {
            break
        }
        'tfo;help;diff' {
            break
        }
        'tfo;help;validate' {
            break
        }
        'tfo;help;render' {
            break
        }
        'tfo;help;get' {
            break
        }
        'tfo;help;describe' {
            break
        }
        'tfo;help;edit' {
            break
        }
        'tfo;help;delete' {
            break
        }
        'tfo;help;export' {
            break
        }
        'tfo;help;history' {
            break
        }
        'tfo;help;rollback' {
            break
        }
        'tfo;help;wait' {
            break
        }
        'tfo;help;sets' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List sets: what each has, and who applied it last')
            [CompletionResult]::new('move', 'move', [CompletionResultType]::ParameterValue, 'Give a resource to another set, with everything that its home has asked of it')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'End a set; its members stay, or are deleted with it')
            break
        }
        'tfo;help;sets;list' {
            break
        }
        'tfo;help;sets;move' {
            break
        }
        'tfo;help;sets;delete' {
            break
        }
        'tfo;help;audit' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List entries: the latest, oldest first')
            [CompletionResult]::new('tail', 'tail', [CompletionResultType]::ParameterValue, 'Show the latest entries, and then what is added, until Ctrl-C')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check that no entry was changed or taken out')
            break
        }
        'tfo;help;audit;list' {
            break
        }
        'tfo;help;audit;tail' {
            break
        }
        'tfo;help;audit;verify' {
            break
        }
        'tfo;help;schema' {
            break
        }
        'tfo;help;explain' {
            break
        }
        'tfo;help;context' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List contexts; the one in use has a star')
            [CompletionResult]::new('use', 'use', [CompletionResultType]::ParameterValue, 'Use a context when none is named')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a context, or change it')
            break
        }
        'tfo;help;context;list' {
            break
        }
        'tfo;help;context;use' {
            break
        }
        'tfo;help;context;set' {
            break
        }
        'tfo;help;demo' {
            break
        }
        'tfo;help;bench' {
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
