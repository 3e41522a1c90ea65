import Glibc

/// A 24-bit colour, sRGB.
public struct RGB: Sendable, Hashable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Reads `#rrggbb` or `#rgb`; nil for anything else.
    public init?(hex text: some StringProtocol) {
        guard text.first == "#" else { return nil }
        let digits = text.dropFirst()
        guard digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else { return nil }
        switch digits.utf8.count {
        case 6: self.init(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
        case 3: self.init(UInt8(value >> 8 & 15) * 17, UInt8(value >> 4 & 15) * 17, UInt8(value & 15) * 17)
        default: return nil
        }
    }

    /// `0xRRGGBB`.
    public var packed: Int32 { Int32(red) << 16 | Int32(green) << 8 | Int32(blue) }

    /// Linear light of the three channels, 0…1.
    var linear: (red: Double, green: Double, blue: Double) {
        func channel(_ value: UInt8) -> Double {
            let part = Double(value) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return (channel(red), channel(green), channel(blue))
    }

    /// Relative luminance as WCAG 2 defines it, 0…1.
    public var luminance: Double {
        let light = linear
        return 0.2126 * light.red + 0.7152 * light.green + 0.0722 * light.blue
    }

    /// Contrast by WCAG 2: 1 (none) to 21 (black on white).
    public func contrast(with other: RGB) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    /// CIELAB under D65.
    var lab: Lab { Lab(linear: linear) }

    /// Perceived difference, CIE 1976: about 2 is just visible, 100 is black against white.
    public func difference(from other: RGB) -> Double { lab.distance(to: other.lab) }
}

/// A colour in CIELAB, where distance is close to what the eye sees.
struct Lab: Sendable {
    var lightness: Double
    var a: Double
    var b: Double

    init(linear light: (red: Double, green: Double, blue: Double)) {
        func curve(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
        let x = curve((0.4124 * light.red + 0.3576 * light.green + 0.1805 * light.blue) / 0.95047)
        let y = curve(0.2126 * light.red + 0.7152 * light.green + 0.0722 * light.blue)
        let z = curve((0.0193 * light.red + 0.1192 * light.green + 0.9505 * light.blue) / 1.08883)
        lightness = 116 * y - 16
        a = 500 * (x - y)
        b = 200 * (y - z)
    }

    func distance(to other: Lab) -> Double {
        let (dl, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
        return (dl * dl + da * da + db * db).squareRoot()
    }
}

/// The fixed colours of terminals: 16 names, the 6×6×6 cube and the grey ramp of 256-colour mode.
public enum TerminalPalette {
    /// Names of the 16 colours as theme files spell them; the terminal decides how they look.
    public static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red",
        "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
    ]

    /// How xterm shows the 16 by default: only for measuring contrast and for terminals that take 24-bit values alone.
    static let sixteen: [RGB] = [
        RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0), RGB(0, 0, 238), RGB(205, 0, 205),
        RGB(0, 205, 205), RGB(229, 229, 229), RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
        RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
    ]

    /// All 256, as xterm shows them.
    static let all: [RGB] = {
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        var colours = sixteen
        for red in steps { for green in steps { for blue in steps { colours.append(RGB(red, green, blue)) } } }
        for grey in 0..<24 {
            let level = UInt8(8 + grey * 10)
            colours.append(RGB(level, level, level))
        }
        return colours
    }()

    private static let labs: [Lab] = all.map(\.lab)

    /// The index in 16…255 that looks most alike; the first 16 are the user's own and never chosen.
    public static func nearest256(_ colour: RGB) -> Int { nearest(colour, in: 16..<256) }

    /// The nearest of the 16.
    public static func nearest16(_ colour: RGB) -> Int { nearest(colour, in: 0..<16) }

    private static func nearest(_ colour: RGB, in range: Range<Int>) -> Int {
        let lab = colour.lab
        return range.min { labs[$0].distance(to: lab) < labs[$1].distance(to: lab) } ?? range.lowerBound
    }
}

/// The one place that asks the C library for powers.
enum Power {
    static func of(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
