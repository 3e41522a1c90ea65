import Core
import ProviderKit

/// Options that become parts of `setup` as they are (wire reference 2.2).
extension GeminiLiveOptions {
    /// `generationConfig` without the modality.
    static func generation(
        _ reader: OptionReader, voice: String?, model: String
    ) throws(ConfigurationError) -> JSONValue {
        var json: JSONValue = .object([])
        json["temperature"] = try reader.number("temperature", 0...2).map { .double($0) }
        json["topP"] = try reader.number("top_p", 0...1).map { .double($0) }
        json["topK"] = try reader.int("top_k", 1...1000).map { .int(Int64($0)) }
        json["maxOutputTokens"] = try reader.int("max_output_tokens", 1...1_000_000).map { .int(Int64($0)) }
        json["seed"] = try reader.int("seed", 0...Int(Int32.max)).map { .int(Int64($0)) }
        json["mediaResolution"] = try reader.text("media_resolution", oneOf: ["low", "medium", "high"])
            .map { .string("MEDIA_RESOLUTION_\($0.uppercased())") }
        json["speechConfig"] = try speech(reader, voice: voice)
        json["thinkingConfig"] = try thinking(reader, model: model)
        json["enableAffectiveDialog"] = try reader.flag("affective_dialog").map { .bool($0) }
        if let fields = try reader.object("translation") {
            try fields.refuseUnknown(["target_language", "echo_target_language"])
            var translation: JSONValue = .object([])
            translation["targetLanguageCode"] = try fields.text("target_language").map { .string($0) }
            translation["echoTargetLanguage"] = try fields.flag("echo_target_language").map { .bool($0) }
            json["translationConfig"] = translation
        }
        return json
    }

    private static func speech(_ reader: OptionReader, voice: String?) throws(ConfigurationError) -> JSONValue? {
        let language = try reader.text("language")
        guard voice != nil || language != nil else { return nil }
        var speech: JSONValue = .object([])
        if let voice { speech["voiceConfig"] = ["prebuiltVoiceConfig": ["voiceName": .string(voice)]] }
        speech["languageCode"] = language.map { .string($0) }
        return speech
    }

    /// The extended-thinking model needs a level and has no minimal one (wire reference 2.5).
    private static func thinking(_ reader: OptionReader, model: String) throws(ConfigurationError) -> JSONValue? {
        let isExtended = model.contains("extended-thinking")
        let levels = (isExtended ? [] : ["minimal"]) + ["low", "medium", "high"]
        let level = try reader.text("thinking_level", oneOf: levels) ?? (isExtended ? "low" : nil)
        let budget = try reader.int("thinking_budget", -1...1_000_000)
        let thoughts = try reader.flag("include_thoughts")
        guard level != nil || budget != nil || thoughts != nil else { return nil }
        var json: JSONValue = .object([])
        json["thinkingLevel"] = level.map { .string($0.uppercased()) }
        json["thinkingBudget"] = budget.map { .int(Int64($0)) }
        json["includeThoughts"] = thoughts.map { .bool($0) }
        return json
    }

    /// `realtimeInputConfig` without what the session decides; an empty object when all is the vendor's default.
    static func input(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue {
        var json: JSONValue = .object([])
        if let detection = try detection(reader) { json["automaticActivityDetection"] = detection }
        let handling = try reader.text("activity_handling", oneOf: ["interrupts", "no_interruption"])
        json["activityHandling"] = handling.map {
            .string($0 == "interrupts" ? "START_OF_ACTIVITY_INTERRUPTS" : "NO_INTERRUPTION")
        }
        let coverages = [
            "only_activity": "TURN_INCLUDES_ONLY_ACTIVITY", "all_input": "TURN_INCLUDES_ALL_INPUT",
            "audio_activity_and_all_video": "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
        ]
        let coverage = try reader.text("turn_coverage", oneOf: coverages.keys.sorted())
        json["turnCoverage"] = coverage.flatMap { coverages[$0] }.map { .string($0) }
        return json
    }

    private static func detection(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue? {
        guard reader.raw("turn_detection")?.members != nil else {
            let mode = try reader.text("turn_detection", oneOf: ["automatic", "manual"])
            guard mode == "manual" else { return nil }
            return ["disabled": true]
        }
        guard let fields = try reader.object("turn_detection") else { return nil }
        try fields.refuseUnknown([
            "mode", "start_sensitivity", "end_sensitivity", "prefix_padding_ms", "silence_duration_ms",
        ])
        if try fields.text("mode", oneOf: ["automatic", "manual"]) == "manual" {
            try fields.refuseUnknown(["mode"])
            return ["disabled": true]
        }
        var json: JSONValue = .object([])
        json["startOfSpeechSensitivity"] = try fields.text("start_sensitivity", oneOf: ["high", "low"])
            .map { .string("START_SENSITIVITY_\($0.uppercased())") }
        json["endOfSpeechSensitivity"] = try fields.text("end_sensitivity", oneOf: ["high", "low"])
            .map { .string("END_SENSITIVITY_\($0.uppercased())") }
        json["prefixPaddingMs"] = try fields.int("prefix_padding_ms", 0...10000).map { .int(Int64($0)) }
        json["silenceDurationMs"] = try fields.int("silence_duration_ms", 0...60000).map { .int(Int64($0)) }
        return json
    }

    /// A transcription's settings: on by default, off by false, or a map of its fields.
    static func transcription(_ name: String, _ reader: OptionReader) throws(ConfigurationError) -> JSONValue? {
        guard reader.raw(name)?.members != nil else {
            guard try reader.flag(name) ?? true else { return nil }
            return .object([])
        }
        guard let fields = try reader.object(name) else { return nil }
        try fields.refuseUnknown(["language_codes", "custom_vocabulary", "word_timestamp", "diarization", "mode"])
        var json: JSONValue = .object([])
        for (option, key) in [("language_codes", "languageCodes"), ("custom_vocabulary", "customVocabulary")] {
            let items = try fields.list(option)
            guard items.allSatisfy({ $0.value.string != nil }) else {
                throw fields.fault(option, "must be a list of texts", "put each in quotes")
            }
            if !items.isEmpty { json[key] = .array(items.map(\.value)) }
        }
        json["wordTimestamp"] = try fields.flag("word_timestamp").map { .bool($0) }
        json["diarization"] = try fields.flag("diarization").map { .bool($0) }
        json["mode"] = try fields.text("mode", oneOf: ["verbatim", "smart"]).map { .string($0.uppercased()) }
        return json
    }
}
