import Testing

@testable import Devices

@Suite struct SampleLayoutTests {
    @Test(arguments: SampleLayout.allCases, [1, 2, 6])
    func whatIsPackedComesBack(_ layout: SampleLayout, _ channels: Int) {
        let mono: [Int16] = [0, 1, -1, 12_345, -12_345, .max, .min]
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: mono.count * channels * layout.bytes, alignment: 16)
        defer { bytes.deallocate() }
        layout.pack(mono.span, channels: channels, into: bytes)
        var back = [Int16](repeating: 7, count: mono.count)
        var span = back.mutableSpan
        layout.unpack(bytes, channels: channels, into: &span)
        for (before, after) in zip(mono, back) { #expect(abs(Int(before) - Int(after)) <= 1) }
        if layout != .float32 { #expect(back == mono) }
    }

    @Test func channelsAreMixedToTheirMean() {
        var stereo: [Int16] = [100, 300, -32_768, -32_768, 32_767, -32_768]
        var mono = [Int16](repeating: 0, count: 3)
        stereo.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var span = mono.mutableSpan
            SampleLayout.int16.unpack(base, channels: 2, into: &span)
        }
        #expect(mono == [200, -32_768, 0])
    }

    @Test func floatsBeyondTheScaleAndNoNumbersAreTaken() {
        var floats: [Float] = [2, -2, .nan, .infinity, 0.5]
        var mono = [Int16](repeating: 9, count: 5)
        floats.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var span = mono.mutableSpan
            SampleLayout.float32.unpack(base, channels: 1, into: &span)
        }
        #expect(mono == [32_767, -32_767, 0, 0, 16_384])
    }

    @Test func anyBytesOfADeviceAreTaken() {
        var random = SeededRandom(seed: 3)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        defer { bytes.deallocate() }
        var mono = [Int16](repeating: 0, count: 8)
        for _ in 0..<10_000 {
            for i in 0..<64 {
                bytes.storeBytes(of: UInt8.random(in: 0...255, using: &random), toByteOffset: i, as: UInt8.self)
            }
            var span = mono.mutableSpan
            SampleLayout.float32.unpack(bytes, channels: 2, into: &span)
            SampleLayout.int32.unpack(bytes, channels: 2, into: &span)
        }
        #expect(mono.count == 8)
    }
}
