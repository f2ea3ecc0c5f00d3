#include "text/ss_letters.h"

#include "text/ss_utf8.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* ASCII characters that look alike. */
typedef struct {
    char shape;
    const char *what;
} alike_t;

static const alike_t strokes = { 'I', " (I, l or 1)" };
static const alike_t rings = { 'O', " (O or 0)" };

/* Characters of other scripts, by the ASCII one they look like (UTS #39). Only
   what can stand in a credential of the service matters: letters, digits, "-"
   and "_". */
static const struct {
    uint16_t code;
    char ascii;
} foreign[] = {
    /* Latin, and what is made of it */
    { 0x00D7, 'x' },
    { 0x00D8, '0' },
    { 0x00F8, 'o' },
    { 0x0131, 'i' },
    { 0x017F, 'f' },
    { 0x01C0, 'I' },
    { 0x0251, 'a' },
    { 0x0261, 'g' },
    { 0x1D04, 'c' },
    { 0x1D0F, 'o' },
    { 0x1D20, 'v' },
    { 0x1D21, 'w' },
    { 0x1D22, 'z' },
    /* of mathematics, and Roman numerals */
    { 0x2102, 'C' },
    { 0x210A, 'g' },
    { 0x210B, 'H' },
    { 0x210C, 'H' },
    { 0x210D, 'H' },
    { 0x210E, 'h' },
    { 0x2110, 'I' },
    { 0x2111, 'I' },
    { 0x2112, 'L' },
    { 0x2113, 'l' },
    { 0x2115, 'N' },
    { 0x2119, 'P' },
    { 0x211A, 'Q' },
    { 0x211B, 'R' },
    { 0x211C, 'R' },
    { 0x211D, 'R' },
    { 0x2124, 'Z' },
    { 0x2128, 'Z' },
    { 0x212A, 'K' },
    { 0x212C, 'B' },
    { 0x212D, 'C' },
    { 0x212F, 'e' },
    { 0x2130, 'E' },
    { 0x2131, 'F' },
    { 0x2133, 'M' },
    { 0x2134, 'o' },
    { 0x2139, 'i' },
    { 0x2145, 'D' },
    { 0x2146, 'd' },
    { 0x2147, 'e' },
    { 0x2148, 'i' },
    { 0x2149, 'j' },
    { 0x2160, 'I' },
    { 0x2164, 'V' },
    { 0x2169, 'X' },
    { 0x216C, 'L' },
    { 0x216D, 'C' },
    { 0x216E, 'D' },
    { 0x216F, 'M' },
    { 0x2170, 'i' },
    { 0x2174, 'v' },
    { 0x2179, 'x' },
    { 0x217C, 'l' },
    { 0x217D, 'c' },
    { 0x217E, 'd' },
    { 0x217F, 'm' },
    { 0x2223, 'I' },
    /* Greek */
    { 0x037F, 'J' },
    { 0x0391, 'A' },
    { 0x0392, 'B' },
    { 0x0395, 'E' },
    { 0x0396, 'Z' },
    { 0x0397, 'H' },
    { 0x0399, 'I' },
    { 0x039A, 'K' },
    { 0x039C, 'M' },
    { 0x039D, 'N' },
    { 0x039F, 'O' },
    { 0x03A1, 'P' },
    { 0x03A4, 'T' },
    { 0x03A5, 'Y' },
    { 0x03A7, 'X' },
    { 0x03B1, 'a' },
    { 0x03B3, 'y' },
    { 0x03B9, 'i' },
    { 0x03BA, 'k' },
    { 0x03BD, 'v' },
    { 0x03BF, 'o' },
    { 0x03C1, 'p' },
    { 0x03C3, 'o' },
    { 0x03C5, 'u' },
    { 0x03C7, 'x' },
    { 0x03D2, 'Y' },
    { 0x03DC, 'F' },
    { 0x03F1, 'p' },
    { 0x03F2, 'c' },
    { 0x03F3, 'j' },
    { 0x03F9, 'C' },
    { 0x03FA, 'M' },
    /* Cyrillic */
    { 0x0405, 'S' },
    { 0x0406, 'I' },
    { 0x0408, 'J' },
    { 0x0410, 'A' },
    { 0x0412, 'B' },
    { 0x0415, 'E' },
    { 0x0417, '3' },
    { 0x041A, 'K' },
    { 0x041C, 'M' },
    { 0x041D, 'H' },
    { 0x041E, 'O' },
    { 0x0420, 'P' },
    { 0x0421, 'C' },
    { 0x0422, 'T' },
    { 0x0423, 'Y' },
    { 0x0425, 'X' },
    { 0x042C, 'b' },
    { 0x0430, 'a' },
    { 0x0431, '6' },
    { 0x0433, 'r' },
    { 0x0435, 'e' },
    { 0x0437, '3' },
    { 0x043A, 'k' },
    { 0x043E, 'o' },
    { 0x0440, 'p' },
    { 0x0441, 'c' },
    { 0x0443, 'y' },
    { 0x0445, 'x' },
    { 0x0448, 'w' },
    { 0x0455, 's' },
    { 0x0456, 'i' },
    { 0x0458, 'j' },
    { 0x0461, 'w' },
    { 0x0474, 'V' },
    { 0x0475, 'v' },
    { 0x04AE, 'Y' },
    { 0x04AF, 'y' },
    { 0x04BB, 'h' },
    { 0x04BD, 'e' },
    { 0x04C0, 'I' },
    { 0x04CF, 'l' },
    { 0x04E0, '3' },
    { 0x0501, 'd' },
    { 0x050C, 'G' },
    { 0x051A, 'Q' },
    { 0x051B, 'q' },
    { 0x051C, 'W' },
    { 0x051D, 'w' },
    /* Armenian */
    { 0x054D, 'U' },
    { 0x054F, 'S' },
    { 0x0555, 'O' },
    { 0x0561, 'w' },
    { 0x0563, 'q' },
    { 0x0566, 'q' },
    { 0x0570, 'h' },
    { 0x0578, 'n' },
    { 0x057C, 'n' },
    { 0x057D, 'u' },
    { 0x0581, 'g' },
    { 0x0582, 'i' },
    { 0x0584, 'f' },
    { 0x0585, 'o' },
    /* Cherokee */
    { 0x13A0, 'D' },
    { 0x13A1, 'R' },
    { 0x13A2, 'T' },
    { 0x13A5, 'i' },
    { 0x13A9, 'Y' },
    { 0x13AA, 'A' },
    { 0x13AB, 'J' },
    { 0x13AC, 'E' },
    { 0x13B3, 'W' },
    { 0x13B7, 'M' },
    { 0x13BB, 'H' },
    { 0x13BD, 'Y' },
    { 0x13C0, 'G' },
    { 0x13C2, 'h' },
    { 0x13C3, 'Z' },
    { 0x13CE, '4' },
    { 0x13CF, 'b' },
    { 0x13D2, 'R' },
    { 0x13D4, 'W' },
    { 0x13D5, 'S' },
    { 0x13D9, 'V' },
    { 0x13DA, 'S' },
    { 0x13DE, 'L' },
    { 0x13DF, 'C' },
    { 0x13E2, 'P' },
    { 0x13E6, 'K' },
    { 0x13E7, 'd' },
    { 0x13EE, '6' },
    { 0x13F3, 'G' },
    { 0x13F4, 'B' },
    /* dashes and lines */
    { 0x02CD, '_' },
    { 0x02D7, '-' },
    { 0x2010, '-' },
    { 0x2011, '-' },
    { 0x2012, '-' },
    { 0x2013, '-' },
    { 0x2014, '-' },
    { 0x2015, '-' },
    { 0x2017, '_' },
    { 0x2043, '-' },
    { 0x2212, '-' },
    { 0xFE4D, '_' },
    { 0xFE58, '-' },
    { 0xFE63, '-' },
    { 0xFF0D, '-' },
    { 0xFF3F, '_' },
};

/* Letters that are drawn as one, as typeset text has them. */
static const struct {
    uint16_t code;
    const char *letters;
} ligatures[] = {
    { 0xFB00, "ff" },  { 0xFB01, "fi" },  { 0xFB02, "fl" },
    { 0xFB03, "ffi" }, { 0xFB04, "ffl" }, { 0xFB06, "st" },
};

/* The mathematical letters and digits of styled text: alphabets of 52 one after
   the other, digits of 10. Their places of letters that were there before are
   empty. */
static char
ascii_of_styled(uint32_t code)
{
    if (code >= 0x1D400 && code <= 0x1D6A3) {
        code = (code - 0x1D400) % 52;
        return (char) (code < 26 ? 'A' + code : 'a' + code - 26);
    }

    return code >= 0x1D7CE && code <= 0x1D7FF
               ? (char) ('0' + (code - 0x1D7CE) % 10)
               : '\0';
}

static char
ascii_of(uint32_t code)
{
    /* a bar is read as what it looks like, and stands in no credential */
    if (code < 0x80) {
        return code == '|' ? 'I' : (char) code;
    }

    /* fullwidth forms */
    if ((code >= 0xFF10 && code <= 0xFF19) || (code >= 0xFF21 && code <= 0xFF3A)
        || (code >= 0xFF41 && code <= 0xFF5A)) {
        return (char) (code - 0xFF00 + 0x20);
    }

    for (size_t i = 0; i < COUNT(foreign); i++) {
        if (foreign[i].code == code) {
            return foreign[i].ascii;
        }
    }

    return ascii_of_styled(code);
}

static const alike_t *
alike_of(char c)
{
    switch (c) {
    case 'I':
    case 'l':
    case '1':
        return &strokes;
    case 'O':
    case '0':
        return &rings;
    default:
        return NULL;
    }
}

uint8_t
ss_letter_shape(uint8_t c)
{
    char ascii = ascii_of(c);
    const alike_t *same = alike_of(ascii);

    return (uint8_t) (same != NULL ? same->shape : ascii);
}

static const char *
letters_of(uint32_t code)
{
    for (size_t i = 0; i < COUNT(ligatures); i++) {
        if (ligatures[i].code == code) {
            return ligatures[i].letters;
        }
    }

    return NULL;
}

/* Fills in what a character that can be seen looks like. */
static void
look_at(ss_letter_t *letter, uint32_t code)
{
    const char *letters = code < 0x80 ? NULL : letters_of(code);

    if (letters != NULL) {
        letter->what = " (letters drawn as one)";
        memcpy(letter->ascii, letters, strlen(letters));
    } else {
        letter->ascii[0] = ascii_of(code);
        letter->what = code >= 0x80 && letter->ascii[0] != '\0'
                           ? " (a letter of another script)"
                           : NULL;
    }

    for (size_t i = 0; letter->ascii[i] != '\0'; i++) {
        const alike_t *same = alike_of(letter->ascii[i]);

        letter->shape[i] = same != NULL ? same->shape : letter->ascii[i];
        if (same != NULL && letter->what == NULL) {
            letter->what = same->what;
        }
    }
}

ss_letter_t
ss_letter_next(ss_str_t *text)
{
    ss_letter_t letter = { .hidden = ss_hidden_first(*text) };
    size_t n = ss_utf8_length(*text);

    letter.as_is = ss_str(text->data, n > 0 ? n : 1);
    if (n > 0 && letter.hidden == NULL) {
        look_at(&letter, ss_utf8_code(*text));
    }
    *text = ss_skip(*text, letter.as_is.len);

    return letter;
}
