import Core
import ProviderKit

/// The provider type `local`: the embedded agent that needs neither network nor key.
enum Local {
    /// Voices that the embedded synthesiser has.
    static let voices = ["slt", "rms"]

    static let descriptor = ProviderDescriptor(
        name: "local", title: "Embedded agent",
        summary: "A small offline agent: fixed sentences, free dictation shown, no key, no network",
        models: ["dialogue"], voices: voices,
        options: [
            ProviderOption("voice", "slt (female) or rms (male)", default: "slt"),
            ProviderOption("recognize", "whether it listens; false leaves typed text only", default: "true"),
        ],
        capabilities: LocalProvider.capabilities,
        make: { (configuration) throws(ConfigurationError) in
            LocalProvider(voice: try voice(configuration), recognizes: try recognizes(configuration))
        })

    private static func voice(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> String {
        let wanted = configuration.voice ?? configuration.options["voice"]?.string ?? voices[0]
        guard !voices.contains(wanted) else { return wanted }
        throw ConfigurationError(
            place: "provider \"\(configuration.name)\", voice", cause: "there is no embedded voice \"\(wanted)\"",
            fix: "use \(voices.joined(separator: " or "))")
    }

    private static func recognizes(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> Bool {
        let known = ["voice", "recognize"]
        for member in configuration.options.members ?? [] where !known.contains(member.key) {
            let near = Spelling.nearest(to: member.key, among: known)
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\", option \(member.key)", cause: "there is no such option",
                fix: near.map { "did you mean \($0)?" } ?? "use one of \(known.joined(separator: ", "))")
        }
        guard let raw = configuration.options["recognize"], raw != .null else { return true }
        guard let value = raw.bool else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\", option recognize", cause: "must be true or false",
                fix: "write recognize: true")
        }
        return value
    }
}
