import Core
import ProviderKit

/// The recogniser type `openai-realtime-transcription`.
enum OpenAIRealtimeTranscription {
    /// The only rate of PCM that the vendor takes.
    static let rate = 24000
    static let defaultModel = "gpt-realtime-whisper"

    static let descriptor = RecognizerDescriptor(
        name: "openai-realtime-transcription", title: "OpenAI Realtime transcription",
        summary: "Streaming transcription session of OpenAI's Realtime API",
        keyVariables: ["OPENAI_API_KEY"],
        models: ["gpt-realtime-whisper", "gpt-live-transcribe", "gpt-transcribe", "gpt-4o-transcribe"],
        options: VendorOptions.options + options, capabilities: capabilities(detectsTurns: false),
        make: { (configuration) throws(ConfigurationError) in
            OpenAIRealtimeTranscriptionRecognizer(try OpenAIRealtimeTranscriptionOptions(configuration))
        })

    static func capabilities(detectsTurns: Bool) -> RecognizerCapabilities {
        RecognizerCapabilities(inputRate: rate, detectsTurns: detectsTurns)
    }

    private static let options = [
        ProviderOption(
            "turn_detection", "none, server_vad, semantic_vad, or a map with type and its fields", default: "none"),
        ProviderOption("noise_reduction", "near_field, far_field or none", default: "none"),
        ProviderOption("prompt", "words to expect (not gpt-realtime-whisper)"),
        ProviderOption("delay", "minimal, low, medium, high, xhigh (gpt-realtime-whisper)", default: "vendor's"),
    ]
}

/// What a realtime transcription is set to, checked (wire reference 1A.2 and 9).
struct OpenAIRealtimeTranscriptionOptions: Sendable, Equatable {
    private static let names = ["turn_detection", "noise_reduction", "prompt", "delay"]

    var common: VendorOptions
    var model: String
    /// The object of `turn_detection`; null leaves the end of turns to the local endpointer.
    var detection: JSONValue
    var noise: String?
    var prompt: String?
    var delay: String?

    init(_ configuration: ProviderConfiguration) throws(ConfigurationError) {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(VendorOptions.names + Self.names)
        let vendor = Vendor(
            url: "wss://api.openai.com/v1/realtime?intent=transcription", keyVariable: "OPENAI_API_KEY")
        common = try VendorOptions(configuration, reader, vendor)
        model = common.model ?? OpenAIRealtimeTranscription.defaultModel
        let isWhisper = model == OpenAIRealtimeTranscription.defaultModel
        detection = try Self.detection(reader)
        if isWhisper, detection != .null {
            throw reader.fault("turn_detection", "\(model) leaves turns to the client", "set turn_detection: none")
        }
        let noise = try reader.text("noise_reduction", oneOf: ["near_field", "far_field", "none"])
        self.noise = noise == "none" ? nil : noise
        prompt = try reader.text("prompt")
        if isWhisper, prompt != nil {
            throw reader.fault("prompt", "\(model) takes none", "leave it out or use gpt-live-transcribe")
        }
        delay = try reader.text("delay", oneOf: ["minimal", "low", "medium", "high", "xhigh"])
        if !isWhisper, delay != nil {
            throw reader.fault("delay", "only gpt-realtime-whisper takes it", "leave it out")
        }
    }

    private static func detection(_ reader: OptionReader) throws(ConfigurationError) -> JSONValue {
        let types = ["none", "server_vad", "semantic_vad"]
        guard reader.raw("turn_detection")?.members != nil, let fields = try reader.object("turn_detection") else {
            let type = try reader.text("turn_detection", oneOf: types) ?? "none"
            return type == "none" ? .null : ["type": .string(type)]
        }
        let type = try fields.text("type", oneOf: types) ?? "server_vad"
        var json: JSONValue = ["type": .string(type)]
        if type == "semantic_vad" {
            try fields.refuseUnknown(["type", "eagerness"])
            json["eagerness"] = try fields.text("eagerness", oneOf: ["low", "medium", "high", "auto"]).map {
                .string($0)
            }
        } else {
            try fields.refuseUnknown(["type", "threshold", "prefix_padding_ms", "silence_duration_ms"])
            json["threshold"] = try fields.number("threshold", 0...1).map { .double($0) }
            json["prefix_padding_ms"] = try fields.int("prefix_padding_ms", 0...5000).map { .int(Int64($0)) }
            json["silence_duration_ms"] = try fields.int("silence_duration_ms", 20...10000).map { .int(Int64($0)) }
        }
        return type == "none" ? .null : json
    }

    /// The `session` of `session.update`.
    func session(_ context: PartContext) -> JSONValue {
        var transcription: JSONValue = ["model": .string(model)]
        let language = common.language(context).map { JSONValue.string(LanguageTag.base($0)) }
        let terms = common.keyterms(context)
        if model == "gpt-transcribe" || model == "gpt-live-transcribe" {
            transcription["languages"] = language.map { .array([$0]) }
            if !terms.isEmpty { transcription["keywords"] = .array(terms.map { .string($0) }) }
        } else {
            transcription["language"] = language
        }
        transcription["prompt"] = prompt.map { .string($0) }
        transcription["delay"] = delay.map { .string($0) }
        var input: JSONValue = [
            "format": ["type": "audio/pcm", "rate": .int(Int64(OpenAIRealtimeTranscription.rate))],
            "transcription": transcription, "turn_detection": detection,
        ]
        if let noise { input["noise_reduction"] = ["type": .string(noise)] }
        return ["type": "transcription", "audio": ["input": input]]
    }
}
