import AudioKit
import Testing

@Suite struct LevelMeterTests {
    private func frame(_ value: Int16, _ count: Int = 160) -> [Int16] { .init(repeating: value, count: count) }

    @Test(arguments: [(Int16.min, 0.0), (16384, -6.02), (3277, -20.0), (1, -90.3)])
    func levelsOfConstants(value: Int16, expected: Double) throws {
        var meter = LevelMeter(sampleRate: 8000)
        meter.update(frame(value).span)
        #expect(abs(Double(try #require(meter.rms)) - expected) < 0.05)
        #expect(abs(Double(try #require(meter.peak)) - expected) < 0.05)
    }

    @Test func digitalSilenceHasNoLevel() {
        var meter = LevelMeter(sampleRate: 8000)
        meter.update(frame(0).span)
        #expect(meter.rms == nil && meter.peak == nil)
        let none = [LevelMeter.rms(frame(0).span), LevelMeter.rms([Int16]().span)]
        #expect(none == [nil, nil])
    }

    @Test func peakHoldsThenFalls() throws {
        var meter = LevelMeter(sampleRate: 8000, holdSeconds: 0.1, decay: 20)
        meter.update(frame(16384).span)
        for _ in 0..<5 { meter.update(frame(16).span) }
        #expect(abs(try #require(meter.peak) + 6.02) < 0.05)
        for _ in 0..<50 { meter.update(frame(16).span) }
        #expect(abs(try #require(meter.peak) + 26.02) < 0.5)
        for _ in 0..<500 { meter.update(frame(0).span) }
        #expect(meter.peak == nil)
    }

    @Test func countsClippedSamples() {
        var meter = LevelMeter(sampleRate: 8000)
        meter.update([32767, -32768, 32766, 0, 32767].span)
        #expect(meter.clipped == 3)
        meter.update([Int16]().span)
        #expect(meter.clipped == 3)
        meter.reset()
        #expect(meter.clipped == 0 && meter.rms == nil)
    }

    @Test func sharedLevelCarriesTheValues() throws {
        let shared = SharedLevel()
        #expect(shared.value.rms == nil && shared.value.peak == nil)
        var meter = LevelMeter(sampleRate: 8000)
        meter.update(frame(-32768).span)
        meter.update(frame(3277).span)
        shared.publish(meter)
        let value = shared.value
        #expect(abs(try #require(value.rms) + 20) < 0.02)
        #expect(abs(try #require(value.peak)) < 0.02)
        #expect(value.clipped == 160)
    }
}
