import Core

/// Why the agent was interrupted, in a sentence that needs no knowledge of our figures.
enum InterruptionWords {
    /// `placed` says how far into the answer it was.
    static func describe(_ cut: BargeIn, speaker: String, placed: Bool = true) -> String {
        let into = placed ? "\(Format.seconds(cut.heardMs)) into the answer" : ""
        guard cut.probability != nil || cut.detector == .provider || isSpeech(cut.reason) else {
            return placed ? "\(cut.reason), \(into)" : cut.reason
        }
        var text =
            cut.detector == .provider
            ? "the provider heard \(speaker) speak" : "\(speaker) spoke"
        if placed { text += " " + into }
        if let probability = cut.probability { text += ", speech probability \(Format.decimal(probability, 2))" }
        if let ms = cut.detectMs { text += " for \(Format.milliseconds(ms))" }
        if cut.detector == .provider, !cut.reason.isEmpty, cut.reason != "provider", !isSpeech(cut.reason) {
            text += " (\(plain(cut.reason)))"
        }
        if cut.isEchoSuspected == true, let likeness = cut.echoLikeness {
            text += ", echo suspected: \(Format.decimal(likeness, 2)) like the agent"
        }
        return text
    }

    /// Without the place in the answer and the echo, which are said in our words.
    private static func plain(_ reason: String) -> String {
        for end in [" while agent at ", ", echo suspected"] {
            if let range = reason.firstRange(of: end) { return String(reason[..<range.lowerBound]) }
        }
        return reason
    }

    private static func isSpeech(_ reason: String) -> Bool { reason.hasPrefix("user speech") }
}
