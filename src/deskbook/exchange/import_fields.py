"""What a file can say about each kind of record: the fields, how each is read, and by which column names it goes in four languages."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from deskbook.core.search import fold
from deskbook.core.words import N_

Kind = Literal[
    "text", "code", "lines", "words", "money", "price", "quantity", "percent", "count", "day", "flag", "roles", "language", "state", "block", "bills",
    "party", "item", "place",
]
"""How a cell is read.

code: text, and of a number all its digits; lines: text of several lines; words: several columns, each a text of its own;
party, item, place: what names one, by code or name.
"""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact a column can hold.

    names: column names it goes by, folded, the most telling first. join: several columns may make one value, with this between.
    """

    name: str
    label: str
    kind: Kind
    names: tuple[str, ...]
    join: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """What an import of one kind takes.

    line: the fields a row of a second file of lines has; needs: at least one field of each set must be there.
    """

    what: str
    fields: tuple[Field, ...]
    says: str
    needs: tuple[tuple[str, ...], ...] = ()
    line: tuple[str, ...] = field(default=())

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((f for f in self.fields if f.name == name), None)


def _f(name: str, label: str, kind: Kind, names: str, join: str = "") -> Field:
    folded = dict.fromkeys(fold(word) for word in (name, label, *names.split(",")))
    folded.pop("", None)
    return Field(name, label, kind, tuple(folded), join)


_NOTE = _f("note", N_("note"), "lines",
    "notes,remark,remarks,comment,comments,memo,备注,说明,nota,notas,observaciones,comentario,maelezo,dokezo,kumbuka")
_LANGUAGE = _f("language", N_("language"), "language", "lang,document language,语言,idioma,lengua,lugha")
_THEIR_NO = _f(
    "their_no", N_("their number"), "code",
    "their number,po number,customer po,customer order number,reference,客户单号,对方单号,对方编号,su número,su pedido,referencia,namba yao,rejea",
)

PARTIES = Spec("parties", (
    _f("code", N_("code"), "code",
       "customer id,supplier id,shipper id,party id,employee id,vendor id,customer code,supplier code,customer number,"
       "supplier number,account number,vendor code,id,"
       "客户编号,客户编码,客户代码,供应商编号,供应商编码,往来单位编号,单位编号,编号,编码,代码,código,codigo cliente,"
       "código de cliente,código de proveedor,clave,"
       "msimbo,namba ya mteja,kodi"),
    _f("name", N_("name"), "text",
       "company name,customer name,supplier name,full name,company,customer,supplier,vendor,vendor name,party,"
       "客户名称,供应商名称,公司名称,单位名称,往来单位,名称,客户,供应商,公司,姓名,nombre,razón social,empresa,cliente,"
       "proveedor,nombre de la empresa,"
       "jina,jina la kampuni,kampuni,mteja,msambazaji,jina la mteja"),
    _f("roles", N_("roles"), "roles", "role,type,party type,kind,角色,类型,单位类型,rol,papel,tipo,wajibu,aina,nafasi"),
    _f("person", N_("person"), "text",
       "contact name,contact person,contact,attention,attn,联系人,负责人,persona de contacto,contacto,nombre de contacto,"
       "mtu wa mawasiliano,anayehusika,mhusika"),
    _f("phone", N_("phone"), "code",
       "telephone,phones,tel,phone number,home phone,work phone,office phone,电话,联系电话,座机,电话号码,teléfono,tel.,fono,simu,namba ya simu"),
    _f("mobile", N_("mobile"), "code", "mobile phone,cell,cell phone,cellphone,手机,手机号,手机号码,移动电话,móvil,celular,simu ya mkononi,rununu"),
    _f("fax", N_("fax"), "code", "fax number,telefax,传真,传真号,faksi"),
    _f("mail", N_("mail"), "text", "email,e-mail,mail address,email address,邮箱,电子邮件,电子邮箱,correo,correo electrónico,barua pepe"),
    _f("qq", N_("QQ"), "code", "qq号,qq号码,qq number"),
    _f("wechat", N_("WeChat"), "code", "weixin,微信,微信号"),
    _f("whatsapp", N_("WhatsApp"), "code", "whats app"),
    _f("web", N_("web"), "text", "home page,homepage,website,web site,url,web page,网址,网站,主页,página web,sitio web,tovuti"),
    _f("address", N_("address"), "lines",
       "street,street address,address line 1,address line 2,address1,address2,region,state,province,postal code,postcode,zip,zip code,"
       "地址,通讯地址,街道,省,省份,邮编,邮政编码,dirección,domicilio,calle,región,provincia,código postal,cp,anwani,mtaa,mkoa,"
       "msimbo wa posta", ", "),
    _f("city", N_("city"), "text", "town,main city,城市,市,ciudad,población,localidad,mji,jiji"),
    _f("country", N_("country"), "text", "main country,国家,国别,país,nchi"),
    _f("terms_days", N_("days to pay"), "count",
        "terms,payment terms,payment days,credit days,net days,账期,付款天数,帐期,plazo,días de pago,plazo de pago,"
        "siku za kulipa"),
    _f("transit_days", N_("days on the way"), "count", "transit days,在途天数,运输天数,días de tránsito,siku njiani"),
    _f("credit_limit", N_("credit limit"), "money", "creditlimit,limit,信用额度,信用限额,límite de crédito,crédito,kikomo cha mkopo"),
    _f("block", N_("blocked"), "block", "credit hold,on hold,冻结,停止发货,bloqueado,imezuiwa"),
    _f("bills", N_("billed", "when"), "bills", "billing,invoicing,开票方式,结算方式,facturación,malipo"),
    _LANGUAGE,
    _f("salesperson", N_("salesperson"), "party",
        "sales rep,account manager,looked after by,业务员,销售员,vendedor,comercial,agente,muuzaji,mwakilishi"),
    _f("caution", N_("caution"), "text", "warning,注意,警示,precaución,aviso,tahadhari"),
    _NOTE,
    _f("closed", N_("closed", "no longer used"), "flag", "inactive,blocked,停用,已停用,cerrado,inactivo,imefungwa"),
), N_("imported parties from {file}: {new} new, {changed} changed"), (("code", "name"),))

_ITEM_NAMES = (
    "item id,product id,item code,product code,sku,part number,part no,article,article number,item number,code,"
    "商品编号,商品编码,商品代码,物料编码,货号,产品编号,产品编码,单品编码,品号,编号,编码,código,código de producto,"
    "código de artículo,referencia,clave,"
    "msimbo,msimbo wa bidhaa,kodi"
)
_NAME_NAMES = (
    "product name,item name,product,item,description,商品名称,产品名称,单品名称,物料名称,品名,名称,商品,产品,nombre,"
    "nombre del producto,producto,artículo,descripción,jina,jina la bidhaa,bidhaa"
)
_QTY = "qty,quantity,pcs,pieces,数量,件数,cantidad,cant,unidades,idadi,kiasi"
_PRICE = "unit price,price each,rate,单价,价格,售价,precio,precio unitario,bei,bei ya kila moja"

ITEMS = Spec("items", (
    _f("code", N_("code"), "code", f"{_ITEM_NAMES},id"),
    _f("name", N_("name"), "text", f"{_NAME_NAMES}"),
    _f("model", N_("model"), "text", "model number,specification,spec,quantity per unit,型号,规格,规格型号,modelo,especificación,modeli,aina"),
    _f("category", N_("category"), "text",
        "category name,group,product line,product type,分类名称,类别,分类,品类,大类,categoría,familia,grupo,rubro,jamii,kundi,"
        "category id"),
    _f("unit", N_("unit"), "text", "uom,unit of measure,单位,计量单位,unidad,unidad de medida,kipimo,kizio"),
    _f("decimals", N_("decimals"), "count", "decimal places,小数位,小数位数,decimales,desimali"),
    _f("minimum", N_("minimum"), "quantity",
        "minimum stock,min stock,min,reorder level,reorder point,safety stock,最低库存,最小库存,库存下限,安全库存,再订货点,"
       "mínimo,existencia mínima,stock mínimo,punto de pedido,kiwango cha chini,akiba ya chini"),
    _f("target", N_("target"), "quantity",
        "target stock,maximum,max,max stock,目标库存,最高库存,最大库存,库存上限,objetivo,máximo,stock máximo,lengo,"
        "kiwango cha juu"),
    _f("reorder", N_("reorder quantity"), "quantity", "reorder quantity,reorder qty,订货量,补货量,cantidad de pedido,lote,kiasi cha kuagiza"),
    _f("multiple", N_("multiple"), "quantity", "order multiple,pack size,倍数,包装数,múltiplo,kizidishi"),
    _f("min_order", N_("least order"), "quantity",
        "minimum order,minimum order quantity,moq,least order,起订量,最小起订量,pedido mínimo,oda ya chini"),
    _f("overflow", N_("too much from"), "quantity", "overstock,too much from,积压线,exceso,ziada"),
    _f("supplier", N_("supplier"), "party",
        "supplier id,supplier code,supplier name,vendor,vendor id,供应商,供应商编号,供应商名称,供货商,厂家,proveedor,"
        "msambazaji,mgavi"),
    _f("lead_days", N_("lead time"), "count", "lead time,lead days,交货天数,交货期,采购周期,plazo de entrega,días de entrega,muda wa kuleta"),
    _f("consumable", N_("consumable"), "flag", "耗材,易耗品,consumible,kitumikacho"),
    _f("discontinued", N_("discontinued"), "flag", "obsolete,停产,停售,已停产,descatalogado,discontinuado,imesitishwa"),
    _f("list_price", N_("list price"), "price",
        "list price,sale price,selling price,retail price,标价,零售价,销售价,precio de lista,precio de venta,bei ya orodha,"
        f"msrp,{_PRICE},price"),
    _f("floor_price", N_("floor price"), "price", "floor price,min price,minimum price,最低价,底价,最低售价,precio mínimo,bei ya chini"),
    _f("since", N_("price from"), "day", "price date,valid from,价格日期,生效日期,válido desde,bei tangu"),
    _f("alias", N_("alias"), "words", "aliases,also called,别名,俗称,alias,otro nombre,jina lingine"),
    _f("barcode", N_("barcode"), "code", "bar code,ean,upc,gtin,条码,条形码,código de barras,msimbo pau"),
    _f("other_name", N_("name in another language"), "words",
       "other name,foreign name,name en,english name,name zh,chinese name,name es,spanish name,name sw,swahili name,英文名,"
       "英文名称,中文名,中文名称,外文名称,西班牙文名称,"
       "nombre en inglés,nombre en chino,nombre en español,jina la kiingereza,jina la kichina"),
    _NOTE,
), N_("imported items from {file}: {new} new, {changed} changed"), (("code", "name"),))

_ITEM = _f("item", N_("item"), "item", f"{_ITEM_NAMES},{_NAME_NAMES}")
STOCK = Spec("stock", (
    _ITEM,
    _f("qty", N_("quantity"), "quantity",
        "units in stock,quantity in stock,on hand,quantity on hand,stock,shelf,counted,库存,库存数量,现有库存,期初数量,"
        f"盘点数量,结存,existencia,existencias,stock actual,akiba,iliyopo,{_QTY}"),
    _f("place", N_("place"), "place", "warehouse,warehouse id,location,store,仓库,库位,almacén,ubicación,bodega,ghala,mahali"),
    _f("day", N_("day"), "day", "counted on,date,盘点日期,日期,fecha,tarehe"),
), N_("imported opening stock from {file}: {new} new, {changed} changed"), (("item",), ("qty",)))

_LINE_PRICE = _f("price", N_("price"), "price", _PRICE)
_DAY = "date,order date,ordered on,日期,订单日期,下单日期,单据日期,采购日期,fecha,fecha de pedido,fecha del pedido,tarehe,tarehe ya oda"
_PURCHASE_NEEDS = (("supplier", "no"), ("no", "day"), ("item",), ("qty",))
PURCHASES = Spec("purchases", (
    _f("no", N_("number"), "code",
        "purchase number,purchase order,purchase order id,purchase id,po number,po,order number,number,采购单号,单号,订单号,"
        "单据编号,número,número de pedido,orden de compra,namba,namba ya oda"),
    _f("supplier", N_("supplier"), "party",
        "supplier id,supplier code,supplier name,vendor,vendor id,vendor name,供应商,供应商编号,供应商名称,供货商,proveedor,"
        "msambazaji,mgavi"),
    _f("day", N_("day"), "day", _DAY),
    _THEIR_NO,
    _NOTE,
    _ITEM,
    _f("qty", N_("quantity"), "quantity", f"ordered,quantity ordered,order quantity,采购数量,订货数量,cantidad pedida,kiasi kilichoagizwa,{_QTY}"),
    _f("price", N_("price"), "price", f"purchase price,cost,unit cost,采购价,进价,成本价,costo,coste,precio de compra,gharama,{_PRICE}"),
    _f("wanted", N_("wanted on"), "day", "wanted on,required date,needed by,需求日期,要求到货日期,fecha requerida,inahitajika"),
    _f("promised", N_("promised"), "day",
        "promised date,expected,expected date,delivery date,eta,due date,交货日期,预计到货,承诺日期,到货日期,fecha de entrega,"
        "fecha prometida,tarehe ya kuleta"),
), N_("imported purchases from {file}: {new} new, {changed} changed"), _PURCHASE_NEEDS,
    ("item", "qty", "price", "wanted", "promised"))

_ORDER_NO = (
    "order number,order id,order no,order,sales order,number,订单号,订单编号,销售单号,单号,单据编号,número de pedido,"
    "número,pedido,namba ya oda,namba,oda"
)
ORDERS = Spec("orders", (
    _f("no", N_("number"), "code", _ORDER_NO),
    _f("state", N_("state"), "state", "status,order status,订单状态,状态,estado,estado del pedido,hali,hali ya oda"),
    _f("customer", N_("customer"), "party",
        "customer id,customer code,customer name,customer number,client,客户,客户编号,客户名称,cliente,código de cliente,mteja"),
    _f("salesperson", N_("salesperson"), "party",
        "employee id,sales rep,salesperson id,sales rep id,业务员,销售员,vendedor,comercial,agente,muuzaji"),
    _f("day", N_("day"), "day", f"{_DAY},order timestamp,order ts,order tms"),
    _f("wanted", N_("wanted on"), "day",
        "wanted on,required date,due date,requested date,交货日期,要求日期,要求交期,fecha requerida,fecha de entrega,"
        "inahitajika,tarehe ya kuhitajika"),
    _f("shipped_on", N_("shipped on"), "day", "shipped date,ship date,shipped,发货日期,出货日期,fecha de envío,enviado,tarehe ya kutuma"),
    _THEIR_NO,
    _f("carrier", N_("carrier"), "party", "ship via,shipper,shipper id,carrier id,承运人,物流公司,快递公司,transportista,msafirishaji"),
    _f("freight", N_("freight"), "money", "shipping cost,shipping,运费,flete,gastos de envío,porte,gharama za usafirishaji,nauli"),
    _f("ship_to", N_("ship to"), "lines",
        "ship name,ship address,ship city,ship region,ship postal code,ship country,delivery address,shipping address,收货地址,"
        "送货地址,"
       "dirección de envío,dirección de entrega,anwani ya kupeleka", ", "),
    _NOTE,
    _ITEM,
    _f("qty", N_("quantity"), "quantity", f"quantity ordered,ordered,订购数量,cantidad pedida,{_QTY}"),
    _LINE_PRICE,
    _f("discount", N_("discount"), "percent", "disc,折扣,折扣率,descuento,dto,punguzo"),
    _f("text", N_("customer's word for it"), "text", "customer item,customer part number,客户料号,客户品名,código del cliente,jina la mteja"),
    _f("approved_by", N_("approved by"), "text", "approved by,批准人,审批人,aprobado por,imeidhinishwa na"),
), N_("imported orders from {file}: {new} new, {changed} changed"), (("no",), ("item",), ("qty",)),
    ("item", "qty", "price", "discount", "text", "approved_by"))

SHIPMENTS = Spec("shipments", (
    _f("no", N_("number"), "code",
        "shipment number,shipment id,shipment,delivery number,delivery note,发货单号,送货单号,出库单号,número de envío,albarán,"
        "namba ya shehena"),
    _f("order", N_("order"), "code", _ORDER_NO),
    _f("shipped_on", N_("shipped on"), "day",
        "shipped date,ship date,shipped,date,发货日期,出货日期,日期,fecha de envío,enviado,fecha,tarehe ya kutuma,tarehe"),
    _f("carrier", N_("carrier"), "party", "ship via,shipper,shipper id,carrier id,承运人,物流公司,快递公司,transportista,msafirishaji"),
    _f("waybill", N_("waybill"), "code",
        "tracking number,tracking,consignment,运单号,快递单号,物流单号,guía,número de guía,número de seguimiento,namba ya mzigo"),
    _f("item", N_("item"), "item", f"{_ITEM_NAMES},{_NAME_NAMES}"),
    _f("qty", N_("quantity"), "quantity", f"quantity shipped,发货数量,cantidad enviada,{_QTY}"),
    _f("arrived_on", N_("arrived on"), "day",
        "arrived,delivered,delivery date,delivered on,到货日期,签收日期,fecha de llegada,entregado,tarehe ya kufika"),
    _f("arrived_by", N_("confirmed by"), "text", "received by,signed by,confirmed by,签收人,recibido por,aliyepokea"),
), N_("imported shipments from {file}: {new} new, {changed} changed"), (("order",), ("shipped_on",)))

ACCOUNTS = Spec("accounts", (
    _f("code", N_("code"), "code", "account code,account number,科目代码,账户编号,编号,代码,código,msimbo,namba"),
    _f("name", N_("name"), "text", "account name,account,账户名称,科目名称,名称,账户,cuenta,nombre,jina,akaunti"),
    _f("kind", N_("kind"), "code", "type,account type,类型,种类,tipo,aina"),
), N_("imported accounts from {file}: {new} new, {changed} changed"), (("code",), ("name",)))

LEDGER = Spec("ledger", (
    _f("day", N_("day"), "day", "date,booking date,transaction date,日期,交易日期,记账日期,交易时间,fecha,tarehe"),
    _f("account", N_("account"), "text",
       "cash type,payment method,paid with,paid by,purse,账户,收款方式,支付方式,付款方式,cuenta,forma de pago,akaunti,njia ya malipo"),
    _f("amount", N_("amount"), "money", "money,sum,value,total,金额,交易金额,importe,monto,cantidad,kiasi"),
    _f("taken_in", N_("in"), "money", "income,received,taken in,deposit,收入,收入金额,贷方,entrada,ingreso,abono,mapato,zilizoingia"),
    _f("paid_out", N_("out"), "money", "paid,paid out,spent,withdrawal,支出,支出金额,借方,salida,gasto,cargo,matumizi,zilizotoka"),
    _f("direction", N_("in or out"), "text", "direction,in or out,收/支,收支,方向,sentido,mwelekeo"),
    _f("other", N_("for", "purpose"), "text", "category,for what,类别,用途,科目,concepto,categoría,kwa ajili ya"),
    _f("party", N_("party"), "party", "customer,supplier,counterparty,payee,交易对方,对方,往来单位,contraparte,tercero,mhusika"),
    _f("purpose", N_("purpose"), "text", "description,memo,text,details,item,coffee name,product,摘要,事由,商品,描述,descripción,detalle,maelezo"),
    _f("document", N_("document"), "code", "document number,reference,voucher,receipt,凭证号,单据号,单号,documento,comprobante,hati,risiti"),
), N_("imported day-book lines from {file}: {new} new, {changed} changed"), (("day",), ("amount", "taken_in", "paid_out")))

PAYMENTS = Spec("payments", (
    _f("party", N_("party"), "party",
       "customer,customer number,customer id,customer name,supplier,payer,paid by,客户,客户编号,客户名称,付款方,往来单位,"
       "cliente,pagador,mteja,mlipaji"),
    _f("day", N_("day"), "day", "date,payment date,paid on,received on,日期,收款日期,付款日期,fecha,fecha de pago,tarehe,tarehe ya malipo"),
    _f("amount", N_("amount"), "money", "paid,received,sum,payment,金额,收款金额,付款金额,importe,monto,pago,kiasi,malipo"),
    _f("account", N_("account"), "text", "payment method,into,paid into,账户,收款账户,收款方式,cuenta,forma de pago,akaunti,njia ya malipo"),
    _f("document", N_("document"), "code",
       "check number,cheque number,receipt number,reference,voucher,支票号,凭证号,单据号,收据号,cheque,número de cheque,recibo,hundi,risiti"),
    _f("side", N_("side"), "text", "direction,方向,sentido,upande"),
    _NOTE,
), N_("imported payments from {file}: {new} new, {changed} changed"), (("party",), ("day",), ("amount",)))

ORDER_LINES = Spec("order-lines", ORDERS.fields, N_("imported order lines from {file}: {new} new, {changed} changed"), ORDERS.needs, ORDERS.line)
SPECS = {spec.what: spec for spec in (PARTIES, ITEMS, STOCK, PURCHASES, ORDERS, ORDER_LINES, SHIPMENTS, ACCOUNTS, LEDGER, PAYMENTS)}
CHANNELS = ("phone", "mobile", "fax", "mail", "qq", "wechat", "whatsapp", "web")
"""Fields of a party that are ways to reach it."""


def words(text: str) -> frozenset[str]:
    """Folded words of a comma-separated list."""
    return frozenset(fold(word) for word in text.split(","))


ROLES: dict[str, frozenset[str]] = {
    "customer": words("customer,client,buyer,客户,顾客,cliente,comprador,mteja"),
    "supplier": words("supplier,vendor,供应商,供货商,proveedor,msambazaji,mgavi"),
    "carrier": words("carrier,shipper,forwarder,承运人,物流,物流公司,快递,transportista,msafirishaji"),
    "factory": words("factory,repair factory,维修厂,返修厂,taller,fábrica,kiwanda,kiwanda cha matengenezo"),
    "head_office": words("head office,head_office,总部,总公司,sede,oficina central,makao makuu"),
    "salesperson": words("salesperson,sales,sales rep,employee,业务员,销售员,员工,vendedor,comercial,empleado,muuzaji"),
}
STATES: dict[str, frozenset[str]] = {
    "": words("confirmed,open,new,pending,processing,in process,in progress,placed,已确认,待发货,处理中,未发货,"
              "confirmado,abierto,pendiente,en proceso,imethibitishwa,wazi,"),
    "closed": words("shipped,complete,completed,closed,done,delivered,resolved,disputed,returned,refunded,已发货,已完成,完成,已关闭,已签收,"
                    "enviado,completado,cerrado,entregado,imetumwa,imekamilika,imefungwa"),
    "hold": words("hold,on hold,held,挂起,暂停,retenido,en espera,imesimamishwa"),
    "cancelled": words("cancelled,canceled,void,已取消,取消,作废,cancelado,anulado,imeghairiwa,imefutwa"),
}
"""What a file says of an order: "" is open, and "closed" that it is done with, sent or not."""
YES = words("1,yes,y,true,x,✓,on,discontinued,obsolete,是,对,真,停产,停用,si,sí,s,verdadero,ndiyo,ndio,kweli,1.0")
NO = words("0,no,n,false,off,active,否,不,假,在产,正常,falso,hapana,siyo,0.0") | {""}
OUT_WORDS = words("out,paid,expense,支出,支,出,付,salida,gasto,cargo,zilizotoka,matumizi")
"""What a file calls money that goes out."""
LANGUAGES = {
    "en": words("en,english,英文,英语,inglés,kiingereza"), "zh": words("zh,chinese,中文,汉语,chino,kichina"),
    "es": words("es,spanish,español,西班牙文,西班牙语,kihispania"), "sw": words("sw,swahili,kiswahili,斯瓦希里语,suajili"),
}


def known(fields: Iterable[Field]) -> str:
    """The names of fields, for a sentence."""
    return ", ".join(f.name for f in fields)
