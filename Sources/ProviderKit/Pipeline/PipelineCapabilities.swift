import Core

extension PipelineSettings {
    /// Who decides about turns with this recogniser: what is set, where the recogniser can do it.
    func endpointing(with recognizer: RecognizerCapabilities) -> Endpointing {
        guard recognizer.detectsTurns else { return .local }
        return endpointing ?? .recognizer
    }
}

extension ProviderCapabilities {
    /// What a pipeline of parts with these capabilities can do: rates of its ends, the dearest tier, offline when all are.
    public static func pipeline(
        _ settings: PipelineSettings, _ recognizer: RecognizerCapabilities, _ model: ModelCapabilities,
        _ synthesizer: SynthesizerCapabilities
    ) -> ProviderCapabilities {
        let lists = [recognizer.languages, model.languages, synthesizer.languages].filter { !$0.isEmpty }
        let common = lists.dropFirst().reduce(lists.first ?? []) { known, more in known.filter(more.contains) }
        let tiers: [CostTier] = [.free, .low, .medium, .high]
        let costs = [recognizer.costTier, model.costTier, synthesizer.costTier]
        return ProviderCapabilities(
            inputRate: recognizer.inputRate, outputRate: synthesizer.outputRate,
            endpointing: settings.endpointing(with: recognizer) == .recognizer ? .provider : .local,
            takesSilence: true, nativeBargeIn: false, tools: model.tools, textInput: true, canSpeakText: true,
            updatesInstructions: true, costTier: tiers.last(where: costs.contains) ?? .medium,
            isOffline: recognizer.isOffline && model.isOffline && synthesizer.isOffline,
            encodings: [recognizer.encoding], nativeVAD: recognizer.detectsTurns,
            latencyTier: recognizer.streams ? .low : .medium, languages: common)
    }
}
