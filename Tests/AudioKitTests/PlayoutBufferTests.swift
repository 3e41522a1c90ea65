import AudioKit
import Testing

@Suite struct PlayoutBufferTests {
    private func render(_ buffer: PlayoutBuffer, _ count: Int) -> (Int, [Int16]) {
        var output = [Int16](repeating: -7, count: count)
        var target = output.mutableSpan
        let written = buffer.render(into: &target)
        return (written, output)
    }

    private func ramp(_ count: Int, from first: Int = 1000) -> [Int16] { (0..<count).map { Int16(first + $0) } }

    private func append(_ buffer: PlayoutBuffer, _ item: UInt32, _ samples: [Int16]) {
        buffer.append(item: item, samples.span)
    }

    @Test func givesAudioBackUnchanged() {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        append(buffer, 1, ramp(320))
        #expect(buffer.queuedMilliseconds == 40)
        let (count, output) = render(buffer, 160)
        #expect(count == 160 && output == ramp(160))
        #expect(render(buffer, 160).1 == ramp(160, from: 1160))
        #expect(buffer.isEmpty && buffer.underruns == 0)
    }

    @Test func silenceBeforeAnyAudio() {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        let (count, output) = render(buffer, 160)
        #expect(count == 0 && output == .init(repeating: 0, count: 160))
        #expect(buffer.underruns == 0)
    }

    @Test func countsWhatWasHeardOfEachItem() {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        append(buffer, 4, ramp(100))
        append(buffer, 5, ramp(300))
        append(buffer, 4, ramp(60))
        _ = render(buffer, 160)
        #expect(buffer.progress(of: 4)?.played == 100 && buffer.progress(of: 5)?.played == 60)
        _ = render(buffer, 280)
        #expect(buffer.progress(of: 4) == .init(item: 4, received: 160, played: 140, finished: false))
        #expect(buffer.heardMilliseconds(of: 5) == 37)
        #expect(buffer.heardMilliseconds(of: 99) == 0 && buffer.progress(of: 99) == nil)
    }

    @Test func discardTellsWhatWasHeardAndFadesOut() {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        append(buffer, 1, .init(repeating: 8000, count: 160))
        buffer.finish(item: 1)
        append(buffer, 2, .init(repeating: 8000, count: 800))
        buffer.mark(9)
        _ = render(buffer, 320)
        let dropped = buffer.discardAll()
        #expect(dropped.samples == 640 && dropped.markers == [9])
        #expect(dropped.items == [.init(item: 2, received: 800, played: 160, finished: false)])
        let (count, output) = render(buffer, 160)
        #expect(count == 0)
        #expect(output[0] > 7000 && output[39] > 0 && output[40] == 0 && output[159] == 0)
        #expect(zip(output, output.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(buffer.underruns == 0, "a barge-in is no underrun")
        #expect(buffer.takeReachedMarker() == nil)
    }

    @Test func underrunFadesOutAndInAndIsCountedOnce() {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        append(buffer, 1, .init(repeating: 6000, count: 200))
        _ = render(buffer, 160)
        let (count, output) = render(buffer, 160)
        #expect(count == 40 && buffer.isStarved && buffer.underrunSamples == 120)
        #expect(output[39] == 6000 && output[40] < 6000 && output[40] > 5000 && output[80] == 0)
        _ = render(buffer, 160)
        #expect(buffer.underruns == 1 && buffer.underrunSamples == 280)
        append(buffer, 1, .init(repeating: 6000, count: 160))
        let back = render(buffer, 160).1
        #expect(back[0] < 300 && back[20] > 2000 && back[40] == 6000 && !buffer.isStarved)
        #expect(buffer.progress(of: 1)?.played == 360)
    }

    @Test func theEndOfAFinishedItemIsNoUnderrun() {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        append(buffer, 1, ramp(200))
        buffer.finish(item: 1)
        _ = render(buffer, 160)
        _ = render(buffer, 160)
        #expect(buffer.underruns == 0 && !buffer.isStarved)
    }

    @Test func markersComeInOrderWhenPlayed() {
        let buffer = PlayoutBuffer(sampleRate: 8000)
        buffer.mark(1)
        #expect(buffer.takeReachedMarker() == 1)
        append(buffer, 1, ramp(200))
        buffer.mark(2)
        buffer.mark(3)
        append(buffer, 1, ramp(200))
        buffer.mark(4)
        _ = render(buffer, 160)
        #expect(buffer.takeReachedMarker() == nil)
        _ = render(buffer, 160)
        #expect(buffer.takeReachedMarker() == 2)
        #expect(buffer.takeReachedMarker() == 3)
        #expect(buffer.takeReachedMarker() == nil)
        _ = render(buffer, 160)
        #expect(buffer.takeReachedMarker() == 4)
    }

    @Test func theBoundHoldsAndCounts() {
        let buffer = PlayoutBuffer(sampleRate: 8000, boundSeconds: 1)
        let samples = ramp(7000)
        #expect(buffer.append(item: 1, samples.span) == 7000)
        #expect(buffer.append(item: 1, samples.span) == 1000)
        #expect(buffer.append(item: 1, samples.span) == 0)
        #expect(buffer.queuedSamples == 8000 && buffer.overflow == 13000)
        #expect(buffer.progress(of: 1)?.received == 8000)
    }

    /// Against a plain model: nothing is lost, doubled or booked on the wrong item, whatever the sizes.
    @Test func randomUseKeepsEverySampleAndItsItem() {
        var random = SeededGenerator(state: 42)
        let buffer = PlayoutBuffer(sampleRate: 8000)
        var model: [(UInt32, Int16)] = []
        var heard: [UInt32: Int] = [:]
        for step in 0..<3000 {
            if Int.random(in: 0..<100, using: &random) < 45 {
                let item = UInt32(step / 200)
                let samples = (0..<Int.random(in: 0...700, using: &random)).map { _ in
                    Int16.random(in: -255...255, using: &random)
                }
                append(buffer, item, samples)
                model += samples.map { (item, $0) }
            } else if Int.random(in: 0..<100, using: &random) == 0 {
                #expect(buffer.discardAll().samples == model.count)
                model.removeAll()
            } else {
                let size = Int.random(in: 0...500, using: &random)
                let (count, output) = render(buffer, size)
                #expect(count == min(size, model.count))
                #expect(Array(output.prefix(count)) == model.prefix(count).map(\.1))
                for (item, _) in model.prefix(count) { heard[item, default: 0] += 1 }
                model.removeFirst(count)
            }
            #expect(buffer.queuedSamples == model.count)
        }
        for (item, count) in heard { #expect(buffer.progress(of: item)?.played == count) }
    }
}
