import Configuration
import Core

/// All checks of `sidetone doctor`, in the order in which they are told.
enum Doctor {
    /// Looks at everything. Takes about a second, for the devices. A broken configuration is a finding like any other; the
    /// rest is then checked with the defaults.
    static func examine(config: String?) -> [Finding] {
        var findings = TerminalCheck.findings(CommandContext.environment)
        let context: CommandContext
        do throws(ConfigurationError) {
            context = try CommandContext(config: config)
            findings.append(configuration(context))
        } catch {
            context = CommandContext()
            findings.append(
                Finding("configuration", "file", .error, "\(error.place): \(error.cause)", fix: error.fix))
        }
        findings += ProviderCheck.findings(context)
        findings += ToolCheck.findings(context)
        findings += SoundCheck.findings(context)
        findings += StorageCheck.findings(context)
        findings += SystemCheck.findings(context)
        return findings
    }

    private static func configuration(_ context: CommandContext) -> Finding {
        let files = context.configuration.files
        return Finding(
            "configuration", "file", files.isEmpty ? "none: the defaults hold" : files.joined(separator: ", "))
    }
}
