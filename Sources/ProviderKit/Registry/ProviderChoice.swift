import Core

/// Chooses providers by need: hard requirements put one out, wishes give points, and every verdict says why.
public enum ProviderChoice {
    /// One that may be chosen.
    public struct Candidate: Sendable {
        public var name: String
        public var capabilities: ProviderCapabilities
        /// Whether it is made of parts.
        public var isPipeline: Bool
        /// Why it cannot be used now (no key set); nil when it can.
        public var obstacle: String?

        /// One that may be chosen.
        public init(name: String, capabilities: ProviderCapabilities, isPipeline: Bool, obstacle: String?) {
            self.name = name
            self.capabilities = capabilities
            self.isPipeline = isPipeline
            self.obstacle = obstacle
        }
    }

    /// What came of a candidate.
    public struct Verdict: Sendable, Equatable {
        public var name: String
        public var points: Int
        public var mostPoints: Int
        /// Requirements that it does not meet; empty when it is in.
        public var lacks: [String]
        /// What cost it points.
        public var remarks: [String]
        public var obstacle: String?

        /// Whether it may be used as things stand.
        public var isUsable: Bool { lacks.isEmpty && obstacle == nil }

        /// "gemini-live: 18 of 20; cost high; no key set".
        public var words: String {
            let head = lacks.isEmpty ? "\(points) of \(mostPoints)" : "out: \(lacks.joined(separator: ", "))"
            return (["\(name): \(head)"] + (lacks.isEmpty ? remarks : []) + [obstacle].compactMap { $0 })
                .joined(separator: "; ")
        }
    }

    /// All candidates, the best first: usable ones before those with an obstacle, those that are out last. Of two that are equal
    /// the earlier one stays first.
    public static func rank(_ candidates: [Candidate], _ needs: ProviderNeeds) -> [Verdict] {
        let verdicts = candidates.map { judge($0, needs) }
        let place = { (verdict: Verdict) in verdict.lacks.isEmpty ? (verdict.obstacle == nil ? 0 : 1) : 2 }
        return verdicts.enumerated().sorted { a, b in
            (place(a.element), -a.element.points, a.offset) < (place(b.element), -b.element.points, b.offset)
        }.map(\.element)
    }

    /// The best usable one.
    public static func best(_ candidates: [Candidate], _ needs: ProviderNeeds) -> Verdict? {
        rank(candidates, needs).first(where: \.isUsable)
    }

    static func judge(_ candidate: Candidate, _ needs: ProviderNeeds) -> Verdict {
        let lacks = needs.required.filter { score($0, candidate) == 0 }.map(\.label)
        var points = 0
        var remarks: [String] = []
        for wish in needs.wished {
            let score = score(wish, candidate)
            points += score
            if score < 5 { remarks.append(remark(wish, candidate, score)) }
        }
        return Verdict(
            name: candidate.name, points: points, mostPoints: 5 * needs.wished.count, lacks: lacks, remarks: remarks,
            obstacle: candidate.obstacle)
    }

    /// 0 (has it not) to 5.
    private static func score(_ criterion: ProviderNeeds.Criterion, _ candidate: Candidate) -> Int {
        let can = candidate.capabilities
        switch criterion {
        case .realtime: return candidate.isPipeline ? 0 : 5
        case .multimodal: return can.modalities.contains(.image) ? 5 : 0
        case .functionCalling: return can.tools ? 5 : 0
        case .cost: return [.free: 5, .low: 4, .medium: 2, .high: 1][can.costTier] ?? 0
        case .latency: return [.low: 5, .medium: 3, .high: 1][can.latencyTier] ?? 0
        case .offline: return can.isOffline ? 5 : 0
        case .language(let tag):
            guard !can.languages.isEmpty else { return 3 }
            let wanted = primary(tag)
            return can.languages.contains { primary($0) == wanted } ? 5 : 0
        }
    }

    private static func primary(_ tag: String) -> String {
        String(tag.prefix { $0 != "-" && $0 != "_" }).lowercased()
    }

    private static func remark(_ wish: ProviderNeeds.Criterion, _ candidate: Candidate, _ score: Int) -> String {
        switch wish {
        case .cost: "cost \(candidate.capabilities.costTier.rawValue)"
        case .latency: "latency \(candidate.capabilities.latencyTier.rawValue)"
        case .language(let tag): score == 0 ? "does not speak \(tag)" : "\(tag) not confirmed"
        default: "no \(wish.label)"
        }
    }
}
