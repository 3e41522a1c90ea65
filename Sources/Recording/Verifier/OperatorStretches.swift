import Core

/// Where the agent's channel is not the agent's: an operator's voice, keys sent as tones, an agent that was muted.
struct OperatorStretches {
    private var sounding: [Range<Int64>] = []
    private var muted: [Range<Int64>] = []

    /// Positions are samples; what a damaged log says is kept where arithmetic is safe.
    init(_ records: [EventRecord], rate: Int) {
        let far = Int64.max / 4
        var taken: Int64?
        var quiet: Int64?
        for record in records {
            guard case .operatorAction(let action) = record.event else { continue }
            let at = min(max(record.audio, 0), far)
            switch action.kind {
            case .takeOver?: taken = taken ?? at
            case .giveBack?:
                // The last frames are still on their way.
                if let from = taken { sounding.append(from..<(max(from, at) + Int64(rate / 5))) }
                taken = nil
            case .agentMuted?: quiet = quiet ?? at
            case .agentUnmuted?:
                if let from = quiet { muted.append(from..<max(from + 1, at)) }
                quiet = nil
            case .digits?:
                // At most half a second a key, and whatever waited before it.
                sounding.append(at..<(at + Int64(rate) * Int64(min(action.text?.count ?? 0, 64) + 2) / 2))
            case .whisper?, .note?, .talkMode?, .talk?, nil: break
            }
        }
        if let from = taken { sounding.append(from..<Int64.max) }
        if let from = quiet { muted.append(from..<Int64.max) }
    }

    /// Whether a sound here may be an operator's.
    func sounds(at position: Int64) -> Bool { sounding.contains { $0.contains(position) } }

    /// Whether the agent was muted at some time between two positions.
    func isMuted(from: Int64, to: Int64) -> Bool {
        muted.contains { $0.lowerBound < max(to, from + 1) && from < $0.upperBound }
    }
}
