# Makes the workbooks of this folder: openpyxl 3.0.9, XlsxWriter 3.0.2, LibreOffice 7.4.
#   python3 make.py && soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir lo openpyxl.xlsx \
#     && mv lo/openpyxl.xlsx libreoffice.xlsx && soffice --headless --convert-to xls --outdir . libreoffice.xlsx \
#     && soffice --headless --convert-to ods --outdir . libreoffice.xlsx
# Of .xls and .ods the first bytes are enough (see bad_test.go), so that these are not kept.
import datetime as dt
import openpyxl
from openpyxl.styles import Font
import xlsxwriter

when = dt.datetime(2024, 3, 1, 10, 5, 30)


def by_openpyxl():
    w = openpyxl.Workbook()
    s = w.active
    s.title = "Обращения"
    s["A1"] = "Выгрузка обращений"
    s.merge_cells("A1:D1")
    s["A2"] = "за 2024 год"
    s.append([])
    s.append(["Номер обращения", "Тема", "Статус", "Почта клиента", "Дата создания", "Часы", "Сумма", "Проверено", "Цена"])
    s.append([100000000001, "=СЛОМАЛОСЬ", "Открыта", "anna@example.com", when, dt.time(9, 30), "=1+1", True, 1234567.5])
    s["B5"].data_type = "s"
    s.append([100000000002, "Не печатает", "Закрыта", "boris@example.com", dt.date(2024, 3, 2), None, "#N/A", False, 0.1])
    s["A5"].number_format = s["A6"].number_format = "0.00E+00"
    s["I5"].number_format = '# ##0.00" ₽"'
    s["B6"].hyperlink = "https://old.example/tickets/2"
    s["B6"].font = Font(bold=True)
    s.row_dimensions[6].hidden = True
    m = w.create_sheet("Сообщения")
    m.append(["ID заявки", "Дата", "Почта автора", "Текст"])
    m.append([100000000001, when, "anna@example.com", "Первое\nвторая строка"])
    m.append([None, dt.datetime(2024, 3, 1, 11), "anna@example.com", "Второе"])
    m.append([100000000002, dt.datetime(2024, 3, 2, 9), "boris@example.com", "Третье"])
    m.merge_cells("A2:A3")
    h = w.create_sheet("Справочник")
    h.append(["id", "name"])
    h.append([1, "x"])
    h.sheet_state = "hidden"
    w.save("openpyxl.xlsx")


def by_xlsxwriter():
    w = xlsxwriter.Workbook("xlsxwriter.xlsx", {"date_1904": True, "default_date_format": "dd.mm.yy hh:mm"})
    padded, bold, date = w.add_format({"num_format": "00000"}), w.add_format({"bold": True}), w.add_format({"num_format": "[$-407]d. mmmm yyyy;@"})
    for year in (2023, 2024):
        s = w.add_worksheet(str(year))
        s.write_row(0, 0, ["Ticket ID", "Subject", "Status", "Customer Email", "Created At", "Due", "Reference", "Rating"])
        for n in range(3):
            s.write_number(n + 1, 0, year % 100 * 10 + n, padded)
            s.write_rich_string(n + 1, 1, "Printer ", bold, "on fire", " again")
            s.write_string(n + 1, 2, "open")
            s.write_string(n + 1, 3, "c%d@example.com" % n)
            s.write_datetime(n + 1, 4, dt.datetime(year, 5, n + 1, 23, 59, 59, 123000))
            s.write_datetime(n + 1, 5, dt.datetime(year, 6, n + 1), date)
            s.write_string(n + 1, 6, "000%d" % n)
            s.write_formula(n + 1, 7, "=1/0", None, "#DIV/0!")
        s.write_url(1, 3, "mailto:c0@example.com", string="c0@example.com")
        s.write_formula(2, 2, '=CONCAT("clo","sed")', None, "closed")
    w.close()


by_openpyxl()
by_xlsxwriter()
