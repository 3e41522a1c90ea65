import Core
import ProviderKit

extension OpenAIRealtimeSession {
    /// The flat shape of the preview dialect (wire reference 1A.7).
    static func flat(_ options: OpenAIRealtimeOptions, _ context: ProviderContext) -> JSONValue {
        var session: JSONValue = [
            "modalities": ["audio", "text"], "instructions": .string(context.instructions),
            "voice": .string(options.voice), "input_audio_format": .string(options.encoding.flat),
            "output_audio_format": .string(options.encoding.flat),
            "turn_detection": options.turnDetection.json(mayInterrupt: context.vendorMayInterrupt),
        ]
        session["input_audio_transcription"] = transcription(options, context)
        session["input_audio_noise_reduction"] = options.noiseReduction.map { ["type": .string($0)] }
        session["tools"] = .array(context.tools.map(ToolSchema.flat))
        if !context.tools.isEmpty { session["tool_choice"] = options.toolChoice ?? "auto" }
        session["temperature"] = options.temperature.map { .double($0) }
        session["max_response_output_tokens"] = options.maxOutputTokens
        return session
    }
}
