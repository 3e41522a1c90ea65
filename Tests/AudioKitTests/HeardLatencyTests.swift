import AudioKit
import Glibc
import TestKit
import Testing

/// The wait for an answer from audio alone: synthetic conversations with known offsets.
@Suite struct HeardLatencyTests {
    /// Two channels of samples that sounds are laid into.
    private struct Scene {
        var user: [Int16]
        var agent: [Int16]
        let rate: Int

        init(rate: Int, seconds: Double, noise: Double = 0, seed: UInt64 = 1) {
            self.rate = rate
            let count = Int(seconds * Double(rate))
            var random = SeededRandom(seed)
            user = (0..<count).map { _ in Int16(Double.random(in: -1...1, using: &random) * noise) }
            agent = [Int16](repeating: 0, count: count)
        }

        mutating func speak(_ channel: WritableKeyPath<Scene, [Int16]>, from: Double, to: Double, level: Double = 6000)
        {
            for i in Int(from * Double(rate))..<min(self[keyPath: channel].count, Int(to * Double(rate))) {
                // A voice: a tone whose strength comes and goes 4 times a second, never quite to nothing.
                let t = Double(i) / Double(rate)
                let strength = 0.65 + 0.35 * sin(2 * .pi * 4 * t)
                self[keyPath: channel][i] = Int16(level * strength * sin(2 * .pi * 220 * t))
            }
        }

        /// All answers heard; frames of `block` samples, the user's channel `late` frames behind.
        func answers(block: Int? = nil, late: Int = 0) -> [HeardLatency.Answer] {
            var meter = HeardLatency(rate: rate)
            let block = block ?? rate / 50
            var found: [HeardLatency.Answer] = []
            for index in 0..<(user.count / block + late) {
                let (a, u) = (index * block, (index - late) * block)
                if a + block <= agent.count { meter.takeAgent(agent[a..<a + block].span, at: Int64(a)) }
                if u >= 0, u + block <= user.count { meter.takeUser(user[u..<u + block].span, at: Int64(u)) }
                if let answer = meter.takeAnswer() { found.append(answer) }
            }
            return found
        }
    }

    @Test(arguments: [8000, 16000, 24000, 48000], [0, 3])
    func knownOffsetsAreFoundWithinTwentyMilliseconds(_ rate: Int, _ late: Int) throws {
        var random = SeededRandom(UInt64(rate + late))
        var scene = Scene(rate: rate, seconds: 60, noise: 60, seed: 7)
        var expected: [Double] = []
        var at = 1.0
        while at < 52 {
            let speech = Double.random(in: 0.4...2.5, using: &random)
            let wait = Double.random(in: 0.15...1.8, using: &random)
            let answer = Double.random(in: 0.5...2.5, using: &random)
            scene.speak(\.user, from: at, to: at + speech)
            scene.speak(\.agent, from: at + speech + wait, to: at + speech + wait + answer)
            expected.append(wait * 1000)
            at += speech + wait + answer + 0.6
        }
        let found = scene.answers(late: late).map(\.ms)
        try #require(found.count == expected.count)
        for (one, other) in zip(found, expected) { #expect(abs(one - other) <= 20, "\(one) for \(other)") }
    }

    @Test func pausesOfTheAgentAreNoNewAnswers() {
        var scene = Scene(rate: 8000, seconds: 8)
        scene.speak(\.user, from: 1, to: 2)
        scene.speak(\.agent, from: 2.5, to: 3.5)
        scene.speak(\.agent, from: 4.2, to: 5)
        #expect(scene.answers().count == 1)
    }

    @Test func aClickOfTheCallerDoesNotMoveTheEndOfSpeech() throws {
        var scene = Scene(rate: 8000, seconds: 5)
        scene.speak(\.user, from: 1, to: 2)
        scene.speak(\.user, from: 2.5, to: 2.51, level: 20000)
        scene.speak(\.agent, from: 3, to: 4)
        let answer = try #require(scene.answers().first)
        #expect(abs(answer.ms - 1000) <= 20)
    }

    @Test func bargeInIsNoAnswerButTheNextOneIs() throws {
        var scene = Scene(rate: 8000, seconds: 10)
        scene.speak(\.user, from: 1, to: 2)
        scene.speak(\.agent, from: 2.4, to: 4.3)  // cut 300 ms after the user began
        scene.speak(\.user, from: 4, to: 5)
        scene.speak(\.agent, from: 5.7, to: 7)
        let found = scene.answers().map(\.ms)
        try #require(found.count == 2)
        #expect(abs(found[0] - 400) <= 20 && abs(found[1] - 700) <= 20)
    }

    @Test func speakingOverTheUserIsANegativeTime() throws {
        var scene = Scene(rate: 8000, seconds: 8)
        scene.speak(\.user, from: 1, to: 3)
        scene.speak(\.agent, from: 2.6, to: 5)
        let answer = try #require(scene.answers().first)
        #expect(abs(answer.ms + 400) <= 20)
    }

    @Test func aBeginningThatGivesWayToTheUserIsNoAnswer() {
        var scene = Scene(rate: 8000, seconds: 8)
        scene.speak(\.user, from: 1, to: 4)
        scene.speak(\.agent, from: 2, to: 2.3)
        #expect(scene.answers().isEmpty)
    }

    @Test func noiseAndGreetingAreNoAnswers() {
        var scene = Scene(rate: 8000, seconds: 6, noise: 80)
        scene.speak(\.agent, from: 1, to: 3)
        #expect(scene.answers().isEmpty)
    }

    @Test func anythingIsSurvived() {
        var random = SeededRandom(5)
        for _ in 0..<200 {
            var meter = HeardLatency(rate: Int.random(in: 0...48000, using: &random))
            var (a, u): (Int64, Int64) = (0, 0)
            for _ in 0..<50 {
                let noise = (0..<Int.random(in: 0...900, using: &random)).map { _ in
                    Int16.random(in: .min ... .max, using: &random)
                }
                if Bool.random(using: &random) {
                    meter.takeUser(noise.span, at: u)
                    u += Int64.random(in: 0...2000, using: &random)
                } else {
                    meter.takeAgent(noise.span, at: a)
                    a += Int64.random(in: 0...2000, using: &random)
                }
            }
            if let answer = meter.takeAnswer() { #expect(answer.ms.isFinite) }
        }
    }
}
