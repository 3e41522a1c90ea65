import Core
import ProviderKit

/// What a Gemini Live provider is set to, checked.
struct GeminiLiveOptions: Sendable, Equatable {
    static let defaultModel = "gemini-3.8-live"
    static let names = [
        "language", "temperature", "top_p", "top_k", "max_output_tokens", "seed", "media_resolution", "thinking_level",
        "thinking_budget", "include_thoughts", "affective_dialog", "proactive_audio", "translation",
        "input_transcription", "output_transcription", "turn_detection", "activity_handling", "turn_coverage",
        "session_resumption", "compression", "tool_behavior", "tool_scheduling", "google_search", "safety_settings",
        "api_version", "prices",
    ]
    static let vertexNames = ["project", "location", "quota_project", "auth", "labels", "explicit_vad_signal"]

    /// The user's name for this provider.
    var name: String
    var dialect: GeminiDialect
    var model: String
    var endpoint: URLParts
    var key: Secret?
    /// `generationConfig` without the modality.
    var generation: JSONValue
    /// `realtimeInputConfig`, without what the session decides.
    var input: JSONValue
    /// Whether the session's own endpointer decides, by activityStart and activityEnd.
    var isManual = false
    /// Whether the user's voice interrupts the vendor's answer.
    var interruptsByItself = true
    /// Transcription settings; nil turns it off.
    var inputTranscription: JSONValue?
    var outputTranscription: JSONValue?
    var resumes = true
    var compression: JSONValue?
    /// `behavior` of the tools; nil leaves the model's default.
    var toolBehavior: String?
    var toolScheduling: String?
    var searches = false
    /// More members of `setup`.
    var extra: [JSONValue.Member] = []
    var prices: GeminiLivePrices?

    /// Reads a configuration; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration, vertex: Bool) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(Self.names + (vertex ? Self.vertexNames : []))
        name = configuration.name
        model = try Self.word(configuration.model, "model", reader) ?? Self.defaultModel
        dialect = vertex ? .vertex(try Self.place(reader)) : .geminiAPI
        key = try Self.checkedKey(configuration, dialect)
        let voice = try Self.word(configuration.voice, "voice", reader)
        generation = try Self.generation(reader, voice: voice, model: model)
        input = try Self.input(reader)
        inputTranscription = try Self.transcription("input_transcription", reader)
        outputTranscription = try Self.transcription("output_transcription", reader)
        prices = try GeminiLivePrices(reader)
        let preview = generation["enableAffectiveDialog"] != nil || reader.raw("proactive_audio") != nil
        let version = try reader.text("api_version", oneOf: dialect.versions)
        endpoint = try dialect.endpoint(version: version ?? dialect.versions[preview && !vertex ? 1 : 0], key: key)
        if let base = configuration.baseURL { endpoint = endpoint.replacingOrigin(with: base) }
        try readTurns(reader)
        try readSession(reader)
        try readTools(reader)
    }

    private mutating func readTurns(_ reader: OptionReader) throws(ConfigurationError) {
        isManual = input["automaticActivityDetection"]?["disabled"]?.bool ?? false
        interruptsByItself = !isManual && input["activityHandling"]?.string != "NO_INTERRUPTION"
    }

    private mutating func readSession(_ reader: OptionReader) throws(ConfigurationError) {
        resumes = try reader.flag("session_resumption") ?? true
        if reader.raw("compression")?.bool != nil || reader.raw("compression") == nil {
            if try reader.flag("compression") ?? true { compression = ["slidingWindow": .object([])] }
        } else if let fields = try reader.object("compression") {
            try fields.refuseUnknown(["trigger_tokens", "target_tokens"])
            var window: JSONValue = .object([])
            window["targetTokens"] = try fields.int("target_tokens", 0...10_000_000).map { .int(Int64($0)) }
            compression = ["slidingWindow": window]
            compression?["triggerTokens"] = try fields.int("trigger_tokens", 5000...10_000_000).map { .int(Int64($0)) }
        }
        if let proactive = try reader.flag("proactive_audio") {
            extra.append(JSONValue.Member("proactivity", ["proactiveAudio": .bool(proactive)]))
        }
        for (option, key) in [("safety_settings", "safetySettings"), ("labels", "labels")] {
            if let raw = reader.raw(option) { extra.append(JSONValue.Member(key, try Self.shape(raw, option, reader))) }
        }
        if let signal = try reader.flag("explicit_vad_signal") {
            extra.append(JSONValue.Member("explicitVadSignal", .bool(signal)))
        }
    }

    private static func shape(
        _ raw: JSONValue, _ option: String, _ reader: OptionReader
    ) throws(ConfigurationError) -> JSONValue {
        let fits = option == "labels" ? raw.members?.allSatisfy { $0.value.string != nil } : raw.array.map { _ in true }
        guard fits == true else {
            throw reader.fault(
                option, "has the wrong shape",
                option == "labels" ? "write a map of texts" : "write a list of {category, threshold}")
        }
        return raw
    }

    private mutating func readTools(_ reader: OptionReader) throws(ConfigurationError) {
        let behavior = try reader.text("tool_behavior", oneOf: ["blocking", "non_blocking", "default"])
        // Gemini 3.8 does not wait for results unless told; its extended-thinking model cannot wait (wire reference 2.5).
        let standard = model.contains("gemini-3.8") && !model.contains("extended-thinking") ? "blocking" : "default"
        toolBehavior = (behavior ?? standard) == "default" ? nil : (behavior ?? standard).uppercased()
        toolScheduling = try reader.text("tool_scheduling", oneOf: ["silent", "when_idle", "interrupt"])?.uppercased()
        searches = try reader.flag("google_search") ?? false
    }

    private static func place(_ reader: OptionReader) throws(ConfigurationError) -> GeminiDialect.Vertex {
        guard let project = try word(reader.text("project"), "project", reader) else {
            throw reader.fault("project", "is missing", "write the id of the Google Cloud project")
        }
        return GeminiDialect.Vertex(
            project: project, location: try word(reader.text("location"), "location", reader) ?? "us-central1",
            quotaProject: try word(reader.text("quota_project"), "quota_project", reader),
            usesKey: try reader.text("auth", oneOf: ["token", "key"]) == "key")
    }

    private static func checkedKey(
        _ configuration: ProviderConfiguration, _ dialect: GeminiDialect
    ) throws(ConfigurationError) -> Secret? {
        let variable = dialect.keyVariables[0]
        guard let key = configuration.key, !key.isEmpty else {
            guard configuration.baseURL == nil else { return nil }
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"", cause: "there is no API key or token",
                fix: "set the environment variable \(variable) (export \(variable)=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: "provider \"\(configuration.name)\"",
                cause: "the API key or token has a space or a character that no key has",
                fix: "copy it again into \(variable)")
        }
        return key
    }

    /// Words that go into a URL or header: no control characters, nothing that ends a host or path, not endless.
    static func word(_ text: String?, _ name: String, _ reader: OptionReader) throws(ConfigurationError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#@\\\"".utf8.contains($0) }
        guard text.utf8.count <= 256, isPlain, name == "model" || !text.contains("/") else {
            throw reader.fault(
                name, "has a space or a sign that does not belong there, or is too long",
                "write the vendor's name for it")
        }
        return text
    }

    /// Whether the model is of the third generation, which takes typed text as realtime input only (wire reference 2.8 no. 4).
    var isThird: Bool { model.contains("gemini-3") }
    /// Whether the instructions can be replaced by `contextUpdate` (2.3).
    var takesContextUpdate: Bool { model.contains("gemini-3.8") }
    /// Whether the instructions can be changed in mid-session at all.
    var updatesInstructions: Bool { takesContextUpdate || !isThird }
}
