import AudioKit
import Testing

@Suite struct NoiseFloorTests {
    private func run(_ floor: inout NoiseFloor, _ level: Float?, seconds: Float) {
        for _ in 0..<Int(seconds / 0.02) { floor.update(level, seconds: 0.02) }
    }

    @Test func fallsFastAndRisesSlowly() {
        var floor = NoiseFloor()
        run(&floor, -65, seconds: 0.3)
        #expect(abs(floor.level + 65) < 1)
        run(&floor, -30, seconds: 1)
        #expect(floor.level < -60, "a second of speech is no new floor")
        run(&floor, -30, seconds: 6)
        #expect(abs(floor.level + 30) < 1, "steady noise is")
    }

    @Test func pausesBetweenWordsHoldItDown() {
        var floor = NoiseFloor()
        for _ in 0..<10 {
            run(&floor, -25, seconds: 0.8)
            run(&floor, -60, seconds: 0.2)
        }
        #expect(floor.level < -50)
    }

    @Test func digitalSilenceHasALeast() {
        var floor = NoiseFloor()
        run(&floor, nil, seconds: 1)
        #expect(floor.level == NoiseFloor.least)
    }
}
