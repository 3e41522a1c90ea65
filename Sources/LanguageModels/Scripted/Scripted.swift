import Core
import ProviderKit

/// The language model type `scripted`: answers by rules of the configuration, without network. For tests, demonstrations and as a
/// fallback that always works.
enum Scripted {
    static let descriptor = ModelDescriptor(
        name: "scripted", title: "Scripted answers",
        summary: "Answers by rules that you write, calls tools by them; no key, no network", models: ["rules"],
        options: [
            ProviderOption("rules", "list of maps: when, say, call, with, then (see the page)"),
            ProviderOption("default", "said when no rule fits; {user} stands for the user's words", default: "an echo"),
            ProviderOption("delay_ms", "wait before an answer begins, 0 to 60000", default: "0"),
            ProviderOption("word_ms", "wait between words, 0 to 5000; 0 gives the answer at once", default: "0"),
        ],
        capabilities: ScriptedModel.capabilities,
        make: { (configuration) throws(ConfigurationError) in ScriptedModel(try Script(configuration)) })
}

/// The rules of a scripted model.
struct Script: Sendable, Equatable {
    /// What is answered when the user says something.
    struct Rule: Sendable, Equatable {
        /// Any of these in the user's words (whole words, case ignored); `*` fits anything.
        var when: [String]
        var say: String
        /// A tool to call, with arguments; `{user}` in texts is replaced.
        var call: String?
        var arguments: JSONValue = .object([])
        /// Said when the result is there; `{result}` and `{result.path}` are replaced.
        var then: String
    }

    var rules: [Rule] = []
    var fallback = "You said: {user}."
    var delay = Duration.zero
    var wordGap = Duration.zero

    /// No rules: an echo.
    init() {}

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(["rules", "default", "delay_ms", "word_ms"])
        fallback = try reader.text("default") ?? fallback
        delay = .milliseconds(try reader.int("delay_ms", 0...60_000) ?? 0)
        wordGap = .milliseconds(try reader.int("word_ms", 0...5000) ?? 0)
        for item in try reader.list("rules") { rules.append(try Self.rule(item.value, item.reader)) }
    }

    private static func rule(_ value: JSONValue, _ reader: OptionReader) throws(ConfigurationError) -> Rule {
        try reader.refuseUnknown(["when", "say", "call", "with", "then"])
        var when: [String] = []
        if let one = value["when"]?.string { when = [one] }
        if when.isEmpty { when = try reader.list("when").compactMap(\.value.string) }
        guard when.contains(where: { !words($0).isEmpty || $0 == "*" }) else {
            throw reader.fault("when", "a rule has no words", "write when: [weather, rain]")
        }
        let call = try reader.text("call")
        let arguments = try reader.object("with") == nil ? JSONValue.object([]) : value["with"] ?? .object([])
        let say = try reader.text("say") ?? ""
        guard !say.isEmpty || call != nil else {
            throw reader.fault("say", "a rule neither says nor calls anything", "write say or call")
        }
        return Rule(
            when: when, say: say, call: call, arguments: arguments,
            then: try reader.text("then") ?? "The result is {result}.")
    }

    /// The first rule that fits.
    func rule(for user: String) -> Rule? {
        let heard = " " + Self.words(user).joined(separator: " ") + " "
        return rules.first { rule in
            rule.when.contains { $0 == "*" || heard.contains(" " + Self.words($0).joined(separator: " ") + " ") }
        }
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init)
    }

    /// A text with `{user}`, `{result}` and `{result.path}` replaced.
    static func filled(_ template: String, user: String, result: String) -> String {
        var out = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            out += rest[..<open]
            let name = rest[open...].dropFirst().prefix { $0 != "}" }
            out += value(String(name), user: user, result: result) ?? String(rest[open...close])
            rest = rest[close...].dropFirst()
        }
        return out + rest
    }

    private static func value(_ name: String, user: String, result: String) -> String? {
        if name == "user" { return user }
        let path = name.split(separator: ".").map(String.init)
        guard path.first == "result" else { return nil }
        guard path.count > 1 else { return result }
        var found = try? JSONParser.parse(result)
        for key in path.dropFirst() { found = Int(key).flatMap { found?[$0] } ?? found?[key] }
        guard let found else { return "unknown" }
        return found.string ?? found.text
    }

    /// Arguments with the texts in them filled.
    static func filled(_ arguments: JSONValue, user: String) -> JSONValue {
        switch arguments {
        case .string(let text): .string(filled(text, user: user, result: ""))
        case .array(let items): .array(items.map { filled($0, user: user) })
        case .object(let members): .object(members.map { .init($0.key, filled($0.value, user: user)) })
        case .null, .bool, .int, .double: arguments
        }
    }
}
