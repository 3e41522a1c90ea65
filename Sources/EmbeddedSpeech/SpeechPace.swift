/// How long speech lasts for its number of sounds: a sentence that was forced onto other speech is too short for it.
enum SpeechPace {
    /// Frames of 10 ms that hold sound: within 30 dB of the loud ones.
    static func activeFrames(_ pcm: [Int16]) -> Int {
        var energies: [Double] = []
        energies.reserveCapacity(pcm.count / 160 + 1)
        for start in stride(from: 0, to: pcm.count - 159, by: 160) {
            var sum = 0.0
            for i in start..<(start + 160) { sum += Double(pcm[i]) * Double(pcm[i]) }
            energies.append(sum)
        }
        guard !energies.isEmpty else { return 0 }
        let loud = energies.sorted()[max(0, energies.count * 95 / 100 - 1)]
        return energies.count { $0 > loud / 1000 && $0 > 160 * 100 }
    }

    /// Whether `phones` sounds may last `frames` of 10 ms: 120 ms each and 150 ms for the whole at most (measured on synthetic
    /// voices: 55 to 110 ms each), 30 ms each at least.
    static func isPlausible(frames: Int, phones: Int) -> Bool {
        frames <= 12 * phones + 15 && frames >= 3 * phones
    }
}
